package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;

/** The k largest of each row of a product that is never held whole: x Wᵀ + b, by blocks of rows. */
public final class TopKSelection implements AutoCloseable {
    /** Smaller blocks of rows pay for repacking W (measured: 512 to 1024). */
    public static final int BLOCK_ROWS = 1024;

    private static final int BLOCK_ELEMENTS = 1 << 24;
    private static final int LEAST_BLOCK_ROWS = 256;

    private final TorchProgram program;

    public TopKSelection(NDManager manager) {
        program = TorchProgram.load(manager, TopKSelection.class, "select.ts");
    }

    /** Rows of a block for a product of {@code columns}: its buffer has about 64 MiB. */
    public static int blockRows(int columns) {
        return Math.max(LEAST_BLOCK_ROWS, Math.min(BLOCK_ROWS, BLOCK_ELEMENTS / columns));
    }

    /** A buffer for products of {@code columns}, of any content: quick to have anew, so seldom worth keeping. */
    public static NDArray buffer(NDManager manager, int columns) {
        return manager.create(new Shape(blockRows(columns), columns));
    }

    /**
     * Selects by value, ties by torch's choice, which depends on the row alone.
     *
     * @param x float32 [rows, d], at least 16 rows
     * @param w float32 [m, d]
     * @param b float32 [m]
     * @param columns that may be selected: the first ones, at most m
     */
    public SparseCodes largest(NDArray x, NDArray w, NDArray b, int columns, int k) {
        try (NDArray buffer = buffer(x.getManager(), (int) w.getShape().get(0))) {
            NDList found = program.call("largest", x, w, b, columns, k, buffer);
            return new SparseCodes(found.get(1), found.get(0));
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
