package dev.sluice.evaluator.job;

import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.util.List;
import java.util.Optional;

/**
 * One kind of computation over stored dictionaries and rows. The service chooses the checkpoints, reads the rows, opens
 * the dictionaries, and publishes what the job found.
 */
public interface Job {
    /** A DNS label, unique in the table; part of the key of every result. */
    String name();

    /** Whether the job has something to do with variants of this stream. */
    default boolean isFor(StreamSpec stream) {
        return true;
    }

    /** The rows that the job reads for this checkpoint; empty if it has nothing to do with it. */
    Optional<RowNeed> rows(CheckpointManifest checkpoint);

    /**
     * Training rows that a pass may see before its own rows; empty if none ever does. They are there before the job
     * begins.
     */
    default Optional<RowNeed> trainingRows() {
        return Optional.empty();
    }

    /**
     * Gets what the job needs beside rows and dictionaries, such as files. May take minutes, and so is neither on the
     * compute thread nor on the worker's.
     */
    default void prepare(StreamSpec stream) {}

    /**
     * Begins one pass over the rows. On the compute thread.
     *
     * @param variants at least one, all of one stream, all of which need the same rows
     */
    Computation begin(List<FrozenVariant> variants);
}
