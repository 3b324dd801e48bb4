package dev.sluice.trainer.contract;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Identifier;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.topic.CompactedTopic;
import org.jspecify.annotations.Nullable;

/** The compacted topics that are keyed by variant, and what their entries must be. */
public final class VariantTopics {
    /** What is wanted. */
    public static final CompactedTopic<WantedVariant> VARIANTS =
            new CompactedTopic<>(Topic.VARIANTS, WantedVariant.class, VariantTopics::checkWanted);

    /** What the owners say. */
    public static final CompactedTopic<VariantStatus> STATUS = new CompactedTopic<>(
            Topic.STATUS,
            VariantStatus.class,
            (id, status) -> check(id, "variant", status == null ? id : status.variant()));

    /** Each variant's newest checkpoint. */
    public static final CompactedTopic<CheckpointManifest> CHECKPOINTS = new CompactedTopic<>(
            Topic.CHECKPOINTS,
            CheckpointManifest.class,
            (id, manifest) ->
                    check(id, "spec.id", manifest == null ? id : manifest.spec().id()));

    private VariantTopics() {}

    private static void checkWanted(String id, @Nullable WantedVariant wanted) {
        check(id, "spec.id", wanted == null ? id : wanted.spec().id());
        if (wanted != null && Start.parse(wanted.from()).isEmpty()) {
            throw new ContractException("from must be " + Start.RULE + ", got " + wanted.from());
        }
    }

    private static void check(String id, String field, String found) {
        Identifier.require("the variant's id", id);
        if (!found.equals(id)) {
            throw new ContractException(field + " must be the key " + id + ", got " + found);
        }
    }
}
