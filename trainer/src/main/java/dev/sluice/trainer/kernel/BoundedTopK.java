package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * The k largest of each row of (x Wᵀ + b) n, where the products are those of {@link PairwiseDot} and every operation is
 * rounded to float32, ties to the lower latent: a function of the row and the weights alone. {@link UpperBounds} leave
 * few latents that could be among them; all of these are computed, so the answer is proven for each row.
 */
public final class BoundedTopK implements AutoCloseable {
    private static final int CHUNK = 32;

    /** Latents that are looked at first, for one that is selected. */
    private static final int CANDIDATES = 2;

    private final NDManager manager;
    private final UpperBounds bounds;
    private final int latents;
    private long computed;

    /** @param like float32 [n, d] on the CPU, of the shape of the weights */
    public BoundedTopK(NDManager parent, NDArray like) {
        this.manager = parent.newSubManager();
        this.bounds = new UpperBounds(manager, like);
        this.latents = (int) like.getShape().get(0);
    }

    /**
     * What pre-activations are made of.
     *
     * @param w float32 [n, d]
     * @param b float32 [n]
     * @param norms that multiply them, float32 [n]
     */
    public record Weights(NDArray w, NDArray b, NDArray norms) {
        NDArray scaled() {
            return w.mul(norms.expandDims(1));
        }

        NDArray scaledBias() {
            return b.mul(norms);
        }
    }

    /** @param x float32 [rows, d] */
    public SparseCodes largest(NDArray x, Weights weights, int k) {
        bounds.set(weights.w(), weights.b(), weights.norms());
        UpperBounds.Factors factors = bounds.rows(x);
        Batch batch = new Batch(x, weights, factors.lengths().toFloatArray(), k);
        int rows = batch.lengths.length;
        computed = 0;
        try (NDArray block = bounds.block()) {
            for (int from = 0; from < rows; from += UpperBounds.blockRows()) {
                int count = Math.min(UpperBounds.blockRows(), rows - from);
                bounds.write(factors, from, count, block);
                computed += batch.search(block, from, count);
            }
        }
        Shape shape = new Shape(rows, k);
        NDManager owner = x.getManager();
        return new SparseCodes(owner.create(batch.latents, shape), owner.create(batch.values, shape));
    }

    /** Pre-activations that the last call computed. */
    long computed() {
        return computed;
    }

    /** Rows are independent, so they are searched in parallel, in chunks. */
    private final class Batch {
        private final float[] x;
        private final FloatBuffer w;
        private final float[] b;
        private final float[] norms;
        private final float[] lengths;
        private final int width;
        private final int k;
        private final long[] latents;
        private final float[] values;

        Batch(NDArray x, Weights weights, float[] lengths, int k) {
            this.x = x.toFloatArray();
            this.w = weights.w().toByteBuffer(true).asFloatBuffer();
            this.b = weights.b().toFloatArray();
            this.norms = weights.norms().toFloatArray();
            this.lengths = lengths;
            this.width = (int) x.getShape().get(1);
            this.k = k;
            this.latents = new long[lengths.length * k];
            this.values = new float[lengths.length * k];
        }

        /** @return how many pre-activations were computed */
        long search(NDArray block, int from, int count) {
            IntBuffer rows = block.toByteBuffer(true).asIntBuffer();
            int length = (int) block.getShape().get(1);
            LongAdder sum = new LongAdder();
            IntStream.range(0, (count + CHUNK - 1) / CHUNK).parallel().forEach(chunk -> {
                Search search = new Search(this, length);
                int end = Math.min(count, (chunk + 1) * CHUNK);
                for (int row = chunk * CHUNK; row < end; row++) {
                    search.find(rows, row, from + row);
                }
                sum.add(search.computed);
            });
            return sum.sum();
        }
    }

    /** Of one row after another, on one thread. */
    private final class Search {
        private final Batch batch;
        private final BoundedRow row;
        private final LargestLatents largest;
        private final PairwiseDot dot;
        private final float[] weight;
        private final int wanted;
        private int computed;

        Search(Batch batch, int length) {
            this.batch = batch;
            this.wanted = (int) Math.min(latents, (long) CANDIDATES * batch.k);
            this.row = new BoundedRow(length, wanted);
            this.largest = new LargestLatents(batch.k);
            this.dot = new PairwiseDot(batch.width);
            this.weight = new float[batch.width];
        }

        void find(IntBuffer rows, int rowOfBlock, int rowOfBatch) {
            if (bounds.hold(batch.lengths[rowOfBatch])) {
                row.load(rows, rowOfBlock);
                int low = row.reachedBy(wanted);
                row.find(low, BoundedRow.MOST);
                if (!computeFound(rowOfBatch)) {
                    row.find(BoundedRow.level(UpperBounds.least(largest.least())), low);
                    computeFound(rowOfBatch);
                }
            } else {
                for (int latent = 0; latent < latents; latent++) {
                    compute(rowOfBatch, latent);
                }
            }
            largest.drain(batch.latents, batch.values, rowOfBatch * batch.k);
        }

        /** Those found, from the largest bound on, until no other can be among the k: false if they do not suffice. */
        private boolean computeFound(int rowOfBatch) {
            float least = Float.NEGATIVE_INFINITY;
            int reach = BoundedRow.LEAST;
            for (int i = 0; i < row.count(); i++) {
                if (row.level(i) < reach) {
                    return true;
                }
                if (row.place(i) < latents) {
                    compute(rowOfBatch, row.place(i));
                }
                if (largest.least() > least) {
                    least = largest.least();
                    reach = BoundedRow.level(UpperBounds.least(least));
                }
            }
            return false;
        }

        private void compute(int rowOfBatch, int latent) {
            batch.w.get(latent * batch.width, weight);
            float product = dot.of(batch.x, rowOfBatch * batch.width, weight, 0);
            largest.add(latent, (product + batch.b[latent]) * batch.norms[latent]);
            computed++;
        }
    }

    @Override
    public void close() {
        bounds.close();
        manager.close();
    }
}
