package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;

/** A way to find the nearest of some centres, which it is told of when they move. */
interface Nearest extends AutoCloseable {
    /** Centres are looked at in groups of so many; tensors of them have rows for whole groups. */
    int GROUP = 64;

    /**
     * Index of each row's nearest centre, ties to the lower one.
     *
     * @param x float32 [rows, d]
     */
    int[] of(NDArray x);

    /** The centres of these indices have new places. */
    void moved(int[] indices);

    @Override
    void close();
}
