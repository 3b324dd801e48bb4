package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDArray;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;

/** Gives what replaces the activations of a batch. On the compute thread. */
@FunctionalInterface
interface Substitute {
    /** float32 [rows, width], of all rows of the batch; closed by the caller. */
    NDArray of(RowBatch rows, Batch batch);

    static Substitute zero() {
        return (rows, batch) -> batch.x().zerosLike();
    }

    static Substitute reconstruction(Dictionary view) {
        return (rows, batch) -> view.reconstruct(batch).reconstructed();
    }
}
