package dev.sluice.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointMarksTest {
    @Test
    void shouldFallEverySoManyTokensAtAPlaceOfTheVariantsOwn() {
        Set<Long> first = new HashSet<>();
        for (int variant = 0; variant < 20; variant++) {
            List<Long> marks = marks("variant-" + variant);
            assertThat(marks).hasSizeBetween(9, 10);
            for (int i = 1; i < marks.size(); i++) {
                assertThat(marks.get(i) - marks.get(i - 1)).isBetween(15_872L, 16_512L);
            }
            first.add(marks.get(0));
        }
        assertThat(first).hasSizeGreaterThan(5);
    }

    private static List<Long> marks(String id) {
        CheckpointMarks marks = new CheckpointMarks(new VariantSpec(
                id,
                "s",
                new KMeans(4, 0),
                TrainingKeys.spec(
                        new TokenMeanKind().descriptor(),
                        Map.of("batch-tokens", 64, "epochs", 1, "tokens", 160_000, "checkpoint-tokens", 16_000)),
                "earliest"));
        List<Long> at = new ArrayList<>();
        for (long tokens = 0; tokens < 160_000; tokens += 64) {
            if (marks.crossed(tokens, tokens + 64)) {
                at.add(tokens + 64);
            }
        }
        return at;
    }
}
