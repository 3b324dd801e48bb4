package dev.sluice.trainer.dictionary.pca;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;

/** What PCA learns from rows: their mean, and orthonormal directions by descending variance. State. */
interface PrincipalDirections extends AutoCloseable {
    /** @param x float32 [rows, d] */
    void add(NDArray x);

    /** Rows seen. */
    long rows();

    /** The mean of all rows seen, float64 [d]; 0 before the first. */
    double[] mean();

    /** How many directions there are once there are any, at most d. */
    int count();

    /** Whether enough rows were seen for directions. */
    boolean isReady();

    /** One a row, float64 [count, d], in the caller's scope; the entry of largest magnitude of each is positive. */
    NDArray directions();

    void save(StateSink out);

    void restore(StateSource state);

    @Override
    void close();
}
