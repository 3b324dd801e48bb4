package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.kernel.Chunks;
import dev.sluice.trainer.kernel.PairwiseDot;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * Finds the nearest centres of a block of rows by bounds: scores the centre of the largest bound, then every centre whose
 * bound is not below the best score so far. Rows are searched by {@link Chunks}.
 */
final class BlockSearch {
    private static final int CHUNK = 32;

    /** More than float32 loses where products are so small that their relative error has no bound. */
    private static final double UNDERFLOW = 1e-34;

    private final FloatBuffer centres;
    private final FloatBuffer bounds;
    private final FloatBuffer peaks;
    private final float[] halves;
    private final int width;
    private final int groups;

    /**
     * @param centres float32 [K in whole groups, d]
     * @param halves ‖c‖² / 2, float32 [K in whole groups]
     * @param bounds float32 [at least rows, K in whole groups]
     * @param peaks their largest per group, float32 [rows, groups]
     */
    BlockSearch(NDArray centres, float[] halves, NDArray bounds, NDArray peaks) {
        this.centres = view(centres);
        this.halves = halves;
        this.bounds = view(bounds);
        this.peaks = view(peaks);
        this.width = (int) centres.getShape().get(1);
        this.groups = (int) peaks.getShape().get(1);
    }

    private static FloatBuffer view(NDArray tensor) {
        return tensor.toByteBuffer(true).asFloatBuffer();
    }

    /**
     * Finds those of {@code shifts.length} rows.
     *
     * @param x [rows of the batch * width]
     * @param from the block's first row of the batch
     * @param shifts by which a score of each row of the block is larger than its bounds are meant
     * @param labels of the batch, of which the block's are written
     * @return how many centres were scored
     */
    long find(float[] x, int from, double[] shifts, int[] labels) {
        LongAdder scored = new LongAdder();
        Chunks.forEach(shifts.length, CHUNK, (begin, end) -> {
            Search search = new Search(x);
            for (int row = begin; row < end; row++) {
                labels[from + row] = search.nearest(row, from + row, shifts[row]);
            }
            scored.add(search.scored);
        });
        return scored.sum();
    }

    /** Of one row after another, on one thread. */
    private final class Search {
        private final float[] x;
        private final PairwiseDot dot = new PairwiseDot(width);
        private final float[] centre = new float[width];
        private final float[] rowPeaks = new float[groups];
        private final float[] near = new float[Nearest.GROUP];
        private long scored;
        private int best;
        private float bestScore;

        Search(float[] x) {
            this.x = x;
        }

        int nearest(int row, int rowOfBatch, double shift) {
            peaks.get(row * groups, rowPeaks);
            int group = largest(rowPeaks);
            load(row, group);
            int first = group * Nearest.GROUP + largest(near);
            best = first;
            bestScore = score(rowOfBatch, first);
            double least = least(shift);
            for (int g = 0; g < groups; g++) {
                if (!(rowPeaks[g] < least)) {
                    load(row, g);
                    least = searchGroup(g, rowOfBatch, first, least, shift);
                }
            }
            return best;
        }

        /** Every centre of the group that may be the nearest; returns what a bound must reach from now on. */
        private double searchGroup(int group, int rowOfBatch, int first, double reached, double shift) {
            double least = reached;
            for (int i = 0; i < Nearest.GROUP; i++) {
                int candidate = group * Nearest.GROUP + i;
                if (!(near[i] < least) && candidate != first) {
                    take(candidate, score(rowOfBatch, candidate));
                    least = least(shift);
                }
            }
            return least;
        }

        private void take(int candidate, float score) {
            if (score > bestScore || (score == bestScore && candidate < best)) {
                best = candidate;
                bestScore = score;
            }
        }

        private double least(double shift) {
            return bestScore - shift - UNDERFLOW;
        }

        private void load(int row, int group) {
            bounds.get((row * groups + group) * Nearest.GROUP, near);
        }

        private float score(int rowOfBatch, int candidate) {
            scored++;
            centres.get(candidate * width, centre);
            return dot.of(x, rowOfBatch * width, centre, 0) - halves[candidate];
        }

        private static int largest(float[] values) {
            int largest = 0;
            for (int i = 1; i < values.length; i++) {
                largest = values[i] > values[largest] ? i : largest;
            }
            return largest;
        }
    }
}
