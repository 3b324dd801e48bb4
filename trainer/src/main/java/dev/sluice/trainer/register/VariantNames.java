package dev.sluice.trainer.register;

import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.TopicSnapshot;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster may hold several streams, say of two seeds, and the same variants on each. The first stream's variants have
 * the ids that their file gives; the same ids on another stream end in the first 8 digits of that stream's digest.
 */
final class VariantNames {
    private static final int MOST_CHARACTERS = 63;

    private VariantNames() {}

    /** The variants, under ids that no variant of another stream has in this cluster. */
    static List<VariantSpec> distinct(List<VariantSpec> variants, KafkaConnection kafka) {
        TopicSnapshot<WantedVariant> known = VariantTopics.VARIANTS.decided(
                kafka, variants.stream().map(VariantSpec::id).toList(), CompactedTopic.LIMIT);
        return variants.stream()
                .map(variant -> distinct(variant, known.value(variant.id()).orElse(null)))
                .toList();
    }

    static VariantSpec distinct(VariantSpec variant, @Nullable WantedVariant known) {
        if (known == null || known.spec().stream().equals(variant.stream())) {
            return variant;
        }
        String digits = variant.stream().substring(variant.stream().lastIndexOf('-'));
        String readable = variant.id().substring(0, Math.min(variant.id().length(), MOST_CHARACTERS - digits.length()));
        return variant.withId(readable + digits);
    }
}
