package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;

/** A frozen dictionary: a scored checkpoint, later an import. Called on the compute thread only. */
public interface Dictionary extends AutoCloseable {
    Size size();

    /** Reconstructs by the rule of inference; does not change the batch. */
    Reconstruction reconstruct(Batch batch);

    /** The atoms w_j in raw units, float32 [n, d]; closed by the caller. */
    NDArray atoms();

    @Override
    void close();

    /**
     * @param latents n
     * @param width d
     * @param parameters numbers that are learned
     */
    record Size(int latents, int width, long parameters) {}
}
