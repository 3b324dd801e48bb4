package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Every so many tokens, moves the centres that took no row since the last time onto rows of the batch, drawn in
 * proportion to their squared distance from their centre (MATHEMATICS.md, "K-means"): a cloud whose rows are far from
 * their centre is split. At most half the rows of the batch are drawn, for the centres with the lowest counts; each
 * begins with a count of 1. State.
 */
final class DeadCentres implements CentreCare {
    private static final String STATE = "splitting";
    private static final String TAKEN = "splitting-taken";

    private final CounterRandom random;
    private final long tokens;
    private BitSet taken = new BitSet();
    private long tokensSince;
    private long draws;

    /** @param tokens from one time to the next */
    DeadCentres(long seed, long tokens) {
        this.random = new CounterRandom(seed, "kmeans-splitting");
        this.tokens = tokens;
    }

    @Override
    public void update(Centres centres, float[] x, int[] labels) {
        for (int label : labels) {
            taken.set(label);
        }
        tokensSince += labels.length;
        if (tokensSince < tokens) {
            centres.update(x, labels);
            return;
        }
        double[] distances = centres.squaredDistances(x, labels);
        centres.update(x, labels);
        split(centres, x, distances);
        taken = new BitSet();
        tokensSince = 0;
    }

    private void split(Centres centres, float[] x, double[] distances) {
        int[] rows = DistinctDraw.weighted(random, draws, distances, distances.length / 2);
        draws += distances.length;
        int[] dead = dead(centres.counts(), rows.length);
        int width = x.length / distances.length;
        float[] places = new float[dead.length * width];
        for (int i = 0; i < dead.length; i++) {
            System.arraycopy(x, rows[i] * width, places, i * width, width);
        }
        if (dead.length > 0) {
            centres.replace(dead, places, 1);
        }
    }

    private int[] dead(double[] counts, int most) {
        return IntStream.range(0, counts.length)
                .filter(c -> !taken.get(c))
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(c -> counts[c]).thenComparing(c -> c))
                .limit(most)
                .mapToInt(c -> c)
                .toArray();
    }

    @Override
    public void save(StateSink out) {
        out.longs(STATE, new long[] {tokensSince, draws});
        out.longs(TAKEN, Arrays.copyOf(taken.toLongArray(), Math.max(1, taken.toLongArray().length)));
    }

    @Override
    public void restore(StateSource state) {
        long[] saved = state.longs(STATE);
        tokensSince = saved[0];
        draws = saved[1];
        taken = BitSet.valueOf(state.longs(TAKEN));
    }
}
