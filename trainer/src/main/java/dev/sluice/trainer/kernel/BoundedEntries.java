package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * The positive entries of (x Wᵀ + b) n that reach a bound. {@link UpperBounds} rule out most; the others are computed,
 * each by torch's inner product of its own, so that its bits depend on its row and latent, and where they lie, alone.
 */
public final class BoundedEntries implements AutoCloseable {
    /** Only how fast a row is searched depends on how many are expected. */
    private static final int EXPECTED = 64;

    /** About so many are computed at once: more than a few for each latent, so that its weights stay near. */
    private static final int MOST_AT_ONCE = 1 << 20;

    private final UpperBounds bounds;
    private final EntryProgram program;

    /** @param like float32 [n, d] on the CPU, of the shape of the weights */
    public BoundedEntries(NDManager manager, NDArray like) {
        this.bounds = new UpperBounds(manager, like);
        this.program = new EntryProgram(manager);
    }

    /**
     * All positive entries that are at least {@code low}; null if there are more than there may be, or if numbers are so
     * large that there are no bounds.
     *
     * @param x float32 [rows, d]
     * @param low at least 0
     * @param perRow entries that there may be, for one row
     */
    public @Nullable RaggedCodes reaching(NDArray x, Encoder encoder, float low, int perRow) {
        try (UpperBounds.Of of = bounds.of(encoder)) {
            return reaching(of, new Found(x, encoder, low, perRow * x.getShape().get(0)));
        }
    }

    private static @Nullable RaggedCodes reaching(UpperBounds.Of bounds, Found found) {
        UpperBounds.Factors factors = bounds.rows(found.x);
        if (!bounds.hold(factors)) {
            return null;
        }
        int rows = found.rowCount;
        int level = BoundedRow.level(UpperBounds.least(found.low));
        try (NDArray block = bounds.block()) {
            for (int from = 0; from < rows && !found.areTooMany(); from += bounds.blockRows()) {
                int count = Math.min(bounds.blockRows(), rows - from);
                bounds.write(factors, from, count, block);
                found.add(from, bounds.places(block, count, EXPECTED, (row, number) -> level));
            }
        }
        return found.codes();
    }

    /** What reaches the bound of what could. */
    private final class Found {
        private final NDArray x;
        private final Encoder encoder;
        private final float low;
        private final long most;
        private final int rowCount;
        private final NDList rows = new NDList();
        private final NDList latents = new NDList();
        private final NDList values = new NDList();
        private Places places;
        private long count;

        Found(NDArray x, Encoder encoder, float low, long most) {
            this.x = x;
            this.encoder = encoder.withFactors();
            this.low = low;
            this.most = most;
            this.rowCount = (int) x.getShape().get(0);
            this.places = new Places(rowCount);
        }

        void add(int from, long[][] ofRows) {
            for (int i = 0; i < ofRows.length && !areTooMany(); i++) {
                places.add(from + i, from + i, ofRows[i]);
                if (places.count() >= MOST_AT_ONCE) {
                    compute();
                }
            }
        }

        private void compute() {
            SparseProducts.Entries found = program.reaching(x, encoder, places, low);
            rows.add(found.rows());
            latents.add(found.latents());
            values.add(found.values());
            count += found.values().size();
            places = new Places(rowCount);
        }

        /** Of those computed: never true if it is not of all. */
        boolean areTooMany() {
            return count > most;
        }

        @Nullable
        RaggedCodes codes() {
            compute();
            if (areTooMany()) {
                return null;
            }
            return program.codes(rows, latents, values, rowCount);
        }
    }

    @Override
    public void close() {
        program.close();
        bounds.close();
    }
}
