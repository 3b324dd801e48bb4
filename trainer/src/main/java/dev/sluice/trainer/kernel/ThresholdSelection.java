package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;

/**
 * The positive entries of a product x Wᵀ + b that is never held whole, chosen by value over all rows at once: those
 * above a threshold, and the largest of a batch, exactly.
 *
 * <p>Each block of rows gives what is at or above its own bound: the value that so many groups of columns reach as the
 * block may keep entries, twice over. The largest of the batch are among these unless the least of them turns out lower
 * than a block's bound; then the product is done again with that least one as the bound of all, which is exact.
 */
public final class ThresholdSelection implements AutoCloseable {
    /** Entries that a block may keep, for one that the whole batch keeps per row. */
    private static final int SLACK = 2;

    /** Groups of a row, for one entry that may be kept: fewer would all qualify. */
    private static final int GROUPS_PER_ENTRY = 2;

    private static final int[] GROUP_SIZES = {32, 8};

    private final TorchProgram program;
    private final SparseProducts products;

    /** @param products stays the caller's */
    public ThresholdSelection(NDManager manager, SparseProducts products) {
        this.program = TorchProgram.load(manager, ThresholdSelection.class, "threshold.ts");
        this.products = products;
    }

    /**
     * What was chosen.
     *
     * @param largest of the batch, ties to the lower row and latent
     * @param least value among them, 0 if there are none
     * @param above the threshold
     */
    public record Chosen(RaggedCodes largest, float least, RaggedCodes above) {}

    /**
     * The {@code perRow} x rows largest positive entries, and all above a threshold.
     *
     * @param x float32 [rows, d], at least 16 rows
     * @param w float32 [n, d]
     * @param b float32 [n]
     */
    public Chosen choose(NDArray x, NDArray w, NDArray b, int perRow, float threshold) {
        int rows = (int) x.getShape().get(0);
        int quota = (int) Math.min((long) SLACK * perRow, w.getShape().get(0));
        long count = (long) perRow * rows;
        NDList pool = candidates(x, w, b, quota, threshold);
        NDList largest = program.call("largest", pool.get(2), count);
        if (largestOf(pool.get(3)) > leastOf(largest, pool, count)) {
            pool = candidates(x, w, b, 0, Math.min(threshold, leastOf(largest, pool, count)));
            largest = program.call("largest", pool.get(2), count);
        }
        return chosen(pool, largest, threshold, rows);
    }

    /** The same from a pool that has all that is to be chosen. */
    Chosen choose(RaggedCodes pool, int perRow, float threshold) {
        NDList entries = new NDList(pool.rows(), pool.latents(), pool.values());
        NDList largest = program.call("largest", pool.values(), (long) perRow * pool.rowCount());
        return chosen(entries, largest, threshold, pool.rowCount());
    }

    private Chosen chosen(NDList pool, NDList largest, float threshold, int rows) {
        return new Chosen(
                products.pick(pool.get(0), pool.get(1), pool.get(2), largest.get(0), rows),
                largest.get(1).getFloat(),
                products.above(pool.get(0), pool.get(1), pool.get(2), threshold, rows));
    }

    /** Those of a pool above a threshold. */
    RaggedCodes above(RaggedCodes pool, float threshold) {
        return products.above(pool, threshold);
    }

    /** All positive entries above a threshold. */
    public RaggedCodes above(NDArray x, NDArray w, NDArray b, float threshold) {
        NDList pool = candidates(x, w, b, 0, threshold);
        return products.above(pool.get(0), pool.get(1), pool.get(2), threshold, (int)
                x.getShape().get(0));
    }

    private NDList candidates(NDArray x, NDArray w, NDArray b, int quota, float low) {
        int columns = (int) w.getShape().get(0);
        try (NDArray buffer = TopKSelection.buffer(x.getManager(), columns)) {
            return program.call("candidates", x, w, b, quota, low, groupSize(columns, quota), buffer);
        }
    }

    /** No smaller value can be among the largest; 0 if the pool has too few. */
    private static float leastOf(NDList largest, NDList pool, long count) {
        return pool.get(2).size() < count ? 0 : largest.get(1).getFloat();
    }

    private static float largestOf(NDArray bounds) {
        float largest = 0;
        for (float bound : bounds.toFloatArray()) {
            largest = Math.max(largest, bound);
        }
        return largest;
    }

    private static int groupSize(int columns, int quota) {
        for (int size : GROUP_SIZES) {
            if (columns % size == 0 && columns / size >= GROUPS_PER_ENTRY * quota) {
                return size;
            }
        }
        return 1;
    }

    @Override
    public void close() {
        program.close();
    }
}
