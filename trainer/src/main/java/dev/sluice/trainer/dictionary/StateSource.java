package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Gives back what a {@link StateSink} took; a missing name or another type is an error that names it. */
public interface StateSource {
    NDArray tensor(String name, NDManager manager);

    /** The values of a float32 tensor, row-major; no engine is needed. */
    float[] floats(String name);

    long[] longs(String name);

    double[] doubles(String name);

    boolean has(String name);
}
