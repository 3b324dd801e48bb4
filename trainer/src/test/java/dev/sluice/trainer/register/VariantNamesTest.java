package dev.sluice.trainer.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantNamesTest {
    @Test
    void shouldKeepTheIdThatNobodyHas() {
        VariantSpec variant = variant("kmeans", "sample-aaaa0000");

        assertThat(VariantNames.distinct(variant, null)).isEqualTo(variant);
    }

    @Test
    void shouldKeepTheIdWhenTheSameStreamIsRunAgain() {
        VariantSpec variant = variant("kmeans", "sample-aaaa0000");

        assertThat(VariantNames.distinct(variant, WantedVariant.of(variant))).isEqualTo(variant);
    }

    @Test
    void shouldTellAnotherStreamsVariantByTheDigitsOfItsStream() {
        VariantSpec first = variant("kmeans", "sample-aaaa0000");
        VariantSpec second = variant("kmeans", "sample-bbbb1111");

        assertThat(VariantNames.distinct(second, WantedVariant.of(first)))
                .isEqualTo(variant("kmeans-bbbb1111", "sample-bbbb1111"));
    }

    @Test
    void shouldKeepTheGroupUnderAnotherId() {
        VariantSpec first = variant("kmeans", "sample-aaaa0000");
        VariantSpec plain = variant("kmeans", "sample-bbbb1111");
        VariantSpec second = new VariantSpec(
                plain.id(), plain.stream(), plain.dictionary(), plain.training(), plain.from(), "centres");

        assertThat(VariantNames.distinct(second, WantedVariant.of(first)))
                .isEqualTo(second.withId("kmeans-bbbb1111"))
                .returns("centres", VariantSpec::group);
    }

    @Test
    void shouldKeepALongIdWithinADnsLabel() {
        VariantSpec first = variant("k".repeat(63), "sample-aaaa0000");
        VariantSpec second = variant("k".repeat(63), "sample-bbbb1111");

        assertThat(VariantNames.distinct(second, WantedVariant.of(first)).id())
                .hasSize(63)
                .endsWith("-bbbb1111");
    }

    private static VariantSpec variant(String id, String stream) {
        return new VariantSpec(
                id,
                stream,
                new KMeans(16, 0),
                TrainingKeys.spec(
                        new TokenMeanKind().descriptor(),
                        Map.of("epochs", 1, "tokens", 1000, "checkpoint-tokens", 65_536)),
                "earliest");
    }
}
