package dev.sluice.evaluator.job;

import dev.sluice.trainer.contract.CheckpointManifest;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the topics say of one variant of an owned partition. */
final class KnownVariant {
    final int partition;

    /** The newest checkpoint; null if there is none, or none any more. */
    @Nullable
    CheckpointManifest newest;

    /** Whether its newest manifest is one that this version cannot read: there is a checkpoint, of what kind is not known. */
    boolean unreadable;

    /** Whether its deletion was asked for. */
    boolean deleted;

    /** The newest generation that was asked for. */
    int generation;

    /** Files of its results, by the key of the result; null for a result without a file. */
    final Map<String, @Nullable String> results = new TreeMap<>();

    KnownVariant(int partition) {
        this.partition = partition;
    }

    /** Whether anything may still be found out about a checkpoint. */
    boolean wants(CheckpointManifest checkpoint) {
        return newest != null
                && !deleted
                && checkpoint.generation() >= generation
                && checkpoint.generation() == newest.generation();
    }

    /** Results without a checkpoint are left over from a variant that was deleted. */
    boolean hasLeftOvers() {
        boolean hasCheckpoint = newest != null || unreadable;
        return (deleted || !hasCheckpoint) && !results.isEmpty();
    }
}
