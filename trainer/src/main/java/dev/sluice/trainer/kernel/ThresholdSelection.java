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
     */
    public Chosen choose(NDArray x, Encoder encoder, int perRow, float threshold) {
        Encoder scaled = encoder.scaled();
        int quota = (int) Math.min((long) SLACK * perRow, scaled.bias().size());
        long count = perRow * x.getShape().get(0);
        Candidates pool = candidates(x, scaled, quota, threshold);
        Largest largest = largest(pool.entries(), count);
        if (pool.highestBound() > largest.least(count)) {
            pool = candidates(x, scaled, 0, Math.min(threshold, largest.least(count)));
            largest = largest(pool.entries(), count);
        }
        return chosen(largest, threshold);
    }

    /** The same from a pool that has all that is to be chosen. */
    Chosen choose(RaggedCodes pool, int perRow, float threshold) {
        return chosen(largest(pool.entries(), (long) perRow * pool.rowCount()), threshold);
    }

    private Chosen chosen(Largest largest, float threshold) {
        return new Chosen(
                products.pick(largest.pool(), largest.index()),
                largest.least().getFloat(),
                products.above(largest.pool(), threshold));
    }

    /** Those of a pool above a threshold. */
    RaggedCodes above(RaggedCodes pool, float threshold) {
        return products.above(pool, threshold);
    }

    /** All positive entries above a threshold. */
    public RaggedCodes above(NDArray x, Encoder encoder, float threshold) {
        return products.above(candidates(x, encoder.scaled(), 0, threshold).entries(), threshold);
    }

    /** @param bounds of the blocks, below which their entries were not looked at, float32 [blocks] */
    private record Candidates(SparseProducts.Entries entries, NDArray bounds) {
        float highestBound() {
            float highest = 0;
            for (float bound : bounds.toFloatArray()) {
                highest = Math.max(highest, bound);
            }
            return highest;
        }
    }

    private Candidates candidates(NDArray x, Encoder scaled, int quota, float low) {
        int columns = (int) scaled.bias().size();
        int rows = (int) x.getShape().get(0);
        try (NDArray buffer = TopKSelection.buffer(x.getManager(), columns)) {
            NDList found = program.call(
                    "candidates", x, scaled.weights(), scaled.bias(), quota, low, groupSize(columns, quota), buffer);
            return new Candidates(
                    new SparseProducts.Entries(found.get(0), found.get(1), found.get(2), rows), found.get(3));
        }
    }

    /**
     * The largest of a pool.
     *
     * @param index of them, int64, ascending
     * @param least of their values, float32 []
     */
    private record Largest(SparseProducts.Entries pool, NDArray index, NDArray least) {
        /** No smaller value can be among the {@code count} largest; 0 if the pool has too few. */
        float least(long count) {
            return pool.values().size() < count ? 0 : least.getFloat();
        }
    }

    private Largest largest(SparseProducts.Entries pool, long count) {
        NDList found = program.call("largest", pool.values(), count);
        return new Largest(pool, found.get(0), found.get(1));
    }

    /**
     * Columns that are looked at together, so that most are passed over.
     *
     * @param quota entries of a row that may be kept, 0 for no limit
     */
    static int groupSize(int columns, int quota) {
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
