package dev.sluice.evaluator.job;

import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.trainer.dictionary.Batch;
import java.util.List;

/** One pass of a job over its rows, for several variants at once. */
public interface Computation extends AutoCloseable {
    /** Whether this pass needs the {@linkplain Job#trainingRows training rows}. */
    default boolean needsTrainingRows() {
        return false;
    }

    /**
     * What is to be computed on one batch of the training rows, as in {@link #steps}. All of them come before the first
     * of the others.
     */
    default List<Runnable> trainingSteps(RowBatch rows, Batch batch) {
        return List.of();
    }

    /**
     * What is to be computed on one batch. Each step is one task of the compute thread, so none should take longer than
     * one dictionary on one batch.
     *
     * @param rows with their labels, valid until the last step has run
     * @param batch the same in the engine's memory, valid as long
     */
    List<Runnable> steps(RowBatch rows, Batch batch);

    /** What was found of one of the variants. On the compute thread, after the last batch. */
    Findings findings(FrozenVariant variant);

    /** Gives memory back. On the compute thread. */
    @Override
    default void close() {}
}
