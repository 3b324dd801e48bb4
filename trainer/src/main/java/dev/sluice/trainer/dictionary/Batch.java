package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Consecutive rows of the log, in log order and raw units. Shared by all variants that read the same rows: nobody
 * changes it, and whoever made it closes {@code x}.
 *
 * @param firstToken tokens that the reader consumed before the first row, over all passes
 * @param x activations, float32 [rows, d]
 * @param tokenIds [rows]
 * @param positions in the window, [rows]
 * @param classes codes of {@link dev.sluice.producer.contract.RowClass}, [rows]
 */
public record Batch(long firstToken, NDArray x, IntBuffer tokenIds, IntBuffer positions, ByteBuffer classes) {
    public int rows() {
        return (int) x.getShape().get(0);
    }

    public int width() {
        return (int) x.getShape().get(1);
    }
}
