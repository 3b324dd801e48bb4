package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The k largest of each row of (x Wᵀ + b) n, every one by torch's inner product of its own, ties to the lower latent: a
 * function of the row and the weights, and, where d is no multiple of 16, of the place of the row. {@link UpperBounds} leave few latents that could be among them: those with
 * the largest bounds are computed, and the k-th of these proves for nearly all rows that no other latent is larger. The
 * other rows are searched again, by what their k-th asks for.
 */
public final class BoundedTopK implements AutoCloseable {
    /** Latents that are computed at first, for one that is selected: with fewer, more rows are searched again. */
    private static final int CANDIDATES = 2;

    /** Rows of a chunk to select from. */
    private static final int CHUNK = 64;

    private final UpperBounds bounds;
    private final EntryProgram program;
    private final int latents;
    private long computed;

    /** @param like float32 [n, d] on the CPU, of the shape of the weights */
    public BoundedTopK(NDManager manager, NDArray like) {
        this.bounds = new UpperBounds(manager, like);
        this.program = new EntryProgram(manager);
        this.latents = (int) like.getShape().get(0);
    }

    /** @param x float32 [rows, d] */
    public SparseCodes largest(NDArray x, Encoder encoder, int k) {
        computed = 0;
        try (UpperBounds.Of of = bounds.of(encoder)) {
            UpperBounds.Factors factors = of.rows(x);
            Selection selection = new Selection(x, encoder, k, of, factors);
            selection.first();
            selection.again();
            selection.withoutBounds();
            return selection.codes();
        }
    }

    /** Pre-activations that the last call computed. */
    long computed() {
        return computed;
    }

    private final class Selection {
        private final NDArray x;
        private final Encoder encoder;
        private final int k;
        private final UpperBounds.Of bounds;
        private final UpperBounds.Factors factors;
        private final boolean[] bounded;

        /** Of each row: all bounds from this level on were looked behind. */
        private final int[] levels;

        private final float[] least;
        private final long[] latentsOf;
        private final float[] valuesOf;

        Selection(NDArray x, Encoder encoder, int k, UpperBounds.Of bounds, UpperBounds.Factors factors) {
            float[] lengths = factors.lengths().toFloatArray();
            int rows = lengths.length;
            this.bounds = bounds;
            this.factors = factors;
            this.x = x;
            this.encoder = encoder.withFactors();
            this.k = k;
            this.bounded = new boolean[rows];
            this.levels = new int[rows];
            this.least = new float[rows];
            this.latentsOf = new long[rows * k];
            this.valuesOf = new float[rows * k];
            for (int row = 0; row < rows; row++) {
                bounded[row] = bounds.hold(lengths[row]);
            }
        }

        private int[] rows(IntPredicate predicate) {
            return IntStream.range(0, bounded.length).filter(predicate).toArray();
        }

        /** By the level that enough lanes reach. */
        void first() {
            int wanted = (int) Math.min(latents, (long) CANDIDATES * k);
            search(rows(row -> bounded[row]), (line, row) -> line.reachedBy(wanted));
        }

        /** Those whose k-th could be less than what is behind a bound below the level. */
        void again() {
            search(rows(row -> bounded[row] && reach(row) < levels[row]), (line, row) -> reach(row));
        }

        /** No latent that is as large as the k-th has a bound below. */
        private int reach(int row) {
            return BoundedRow.level(UpperBounds.least(least[row]));
        }

        private void search(int[] rows, UpperBounds.Rule rule) {
            if (rows.length == 0) {
                return;
            }
            UpperBounds.Factors ofRows = rows.length == bounded.length ? factors : bounds.pick(factors, rows);
            Places places = new Places(rows.length);
            try (NDArray block = bounds.block()) {
                for (int from = 0; from < rows.length; from += bounds.blockRows()) {
                    int first = from;
                    int count = Math.min(bounds.blockRows(), rows.length - from);
                    bounds.write(ofRows, from, count, block);
                    long[][] found = bounds.places(block, count, CANDIDATES * k, (line, number) -> {
                        int row = rows[first + number];
                        levels[row] = rule.levelOf(line, row);
                        return levels[row];
                    });
                    for (int i = 0; i < count; i++) {
                        places.add(from + i, rows[from + i], found[i]);
                    }
                }
            }
            select(rows, places);
        }

        /** One by one, since every latent has to be computed. */
        void withoutBounds() {
            long[] all = LongStream.range(0, latents).toArray();
            for (int row : rows(number -> !bounded[number])) {
                Places places = new Places(1);
                places.add(0, row, all);
                select(new int[] {row}, places);
            }
        }

        private void select(int[] rows, Places places) {
            float[] values = program.computed(x, encoder, places);
            computed += values.length;
            Chunks.forEach(rows.length, CHUNK, (from, end) -> {
                LargestLatents largest = new LargestLatents(k);
                for (int i = from; i < end; i++) {
                    for (int at = places.start(i); at < places.start(i + 1); at++) {
                        largest.add(places.latent(at), values[at]);
                    }
                    least[rows[i]] = largest.least();
                    largest.drain(latentsOf, valuesOf, rows[i] * k);
                }
            });
        }

        SparseCodes codes() {
            NDManager scope = x.getManager();
            Shape shape = new Shape(bounded.length, k);
            return new SparseCodes(scope.create(latentsOf, shape), scope.create(valuesOf, shape));
        }
    }

    @Override
    public void close() {
        program.close();
        bounds.close();
    }
}
