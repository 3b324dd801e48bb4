package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Moves centres that take next to no rows onto rows of the batch, as scikit-learn's MiniBatchKMeans does
 * (MATHEMATICS.md, "K-means"): when some centre has none, or 10 K rows after the last time. Draws are a function of the
 * seed and of the step, so that they can be repeated. State.
 */
final class Reassignment implements CentreCare {
    private static final double RATIO = 0.01;
    private static final int ROWS_PER_CENTRE = 10;
    private static final String STATE = "reassignment";

    private final CounterRandom random;
    private long rowsSince;
    private long step;

    Reassignment(long seed) {
        random = new CounterRandom(seed, "kmeans-reassignment");
    }

    @Override
    public void update(Centres centres, float[] x, int[] labels) {
        boolean due = isDue(centres.counts(), labels.length);
        centres.update(x, labels);
        if (due) {
            apply(centres, x, x.length / labels.length);
        }
    }

    /** To be asked once before each update. */
    boolean isDue(double[] counts, int rows) {
        rowsSince += rows;
        step++;
        boolean due = rowsSince >= (long) ROWS_PER_CENTRE * counts.length
                || Arrays.stream(counts).anyMatch(n -> n == 0);
        if (due) {
            rowsSince = 0;
        }
        return due;
    }

    /**
     * Moves the centres with the lowest counts, below 1 % of the highest, at most half the batch, ties by index; their
     * count becomes the lowest of the others.
     *
     * @return how many
     */
    int apply(Centres centres, float[] x, int width) {
        double[] counts = centres.counts();
        int rows = x.length / width;
        double limit = RATIO * Arrays.stream(counts).max().orElse(0);
        int[] moved = IntStream.range(0, counts.length)
                .filter(i -> counts[i] < limit)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> counts[i]).thenComparing(i -> i))
                .limit(rows / 2)
                .mapToInt(i -> i)
                .sorted()
                .toArray();
        if (moved.length == 0) {
            return 0;
        }
        int[] drawn = DistinctDraw.uniform(random, step << Integer.SIZE, rows, moved.length);
        float[] places = new float[moved.length * width];
        for (int i = 0; i < moved.length; i++) {
            System.arraycopy(x, drawn[i] * width, places, i * width, width);
        }
        centres.replace(moved, places, leastOfOthers(counts, moved));
        return moved.length;
    }

    private static double leastOfOthers(double[] counts, int[] moved) {
        return IntStream.range(0, counts.length)
                .filter(i -> Arrays.binarySearch(moved, i) < 0)
                .mapToDouble(i -> counts[i])
                .min()
                .orElse(0);
    }

    @Override
    public void save(StateSink out) {
        out.longs(STATE, new long[] {rowsSince, step});
    }

    @Override
    public void restore(StateSource state) {
        long[] saved = state.longs(STATE);
        rowsSince = saved[0];
        step = saved[1];
    }
}
