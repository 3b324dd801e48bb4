package dev.sluice.trainer.register;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.stream.CompactedTopic;
import java.util.List;
import java.util.Map;
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
        Map<String, byte[]> known = CompactedTopic.read(
                kafka, Topic.VARIANTS, variants.stream().map(VariantSpec::id).toList());
        return variants.stream()
                .map(variant -> distinct(variant, known.get(variant.id())))
                .toList();
    }

    static VariantSpec distinct(VariantSpec variant, byte @Nullable [] known) {
        if (known == null
                || Json.read(known, WantedVariant.class).spec().stream().equals(variant.stream())) {
            return variant;
        }
        String digits = variant.stream().substring(variant.stream().lastIndexOf('-'));
        String readable = variant.id().substring(0, Math.min(variant.id().length(), MOST_CHARACTERS - digits.length()));
        return variant.withId(readable + digits);
    }
}
