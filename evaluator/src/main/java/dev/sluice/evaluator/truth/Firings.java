package dev.sluice.evaluator.truth;

import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.trainer.dictionary.Reconstruction;
import java.util.Arrays;
import java.util.BitSet;

/** Counts on which rows the directions of one view fire, and how often their features are active there. */
final class Firings {
    private static final double FREQUENT = 0.01;

    private final Writing writing;
    private final int[] directionOf;
    private final int[] featureOf;
    private final long[] fires;
    private final double[] codes;
    private final long[] hits;
    private final long[] active;
    private long rows;

    /** @param directions m */
    Firings(Writing writing, Match.Pairs pairs, int directions) {
        this.writing = writing;
        this.directionOf = pairs.direction();
        this.featureOf = new int[directions];
        this.fires = new long[directions];
        this.codes = new double[directions];
        this.hits = new long[directionOf.length];
        this.active = new long[directionOf.length];
        Arrays.fill(featureOf, -1);
        for (int g = 0; g < directionOf.length; g++) {
            if (directionOf[g] >= 0) {
                featureOf[directionOf[g]] = g;
            }
        }
    }

    /**
     * Adds a batch.
     *
     * @param made of the view
     * @param supports the active features of each row
     */
    void add(Reconstruction made, int[][] supports) {
        float[] norms = made.atomNorms().toFloatArray();
        BitSet support = new BitSet();
        made.codes().forEachRow((row, latents, values, from, count) -> {
            support.clear();
            for (int g : supports[row]) {
                support.set(g);
                active[g]++;
            }
            for (int i = from; i < from + count; i++) {
                fire(writing.direction(latents[i], values[i]), Math.abs(values[i]) * norms[latents[i]], support);
            }
        });
        rows += supports.length;
    }

    private void fire(int direction, double code, BitSet support) {
        fires[direction]++;
        codes[direction] += code;
        int feature = featureOf[direction];
        if (feature >= 0 && support.get(feature)) {
            hits[feature]++;
        }
    }

    boolean isAlive(int direction) {
        return fires[direction] > 0;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    TruthFigures.Firing againstFeatures() {
        double found = 0;
        double fired = 0;
        double wanted = 0;
        for (int g = 0; g < directionOf.length; g++) {
            if (directionOf[g] >= 0) {
                found += hits[g];
                fired += fires[directionOf[g]];
                wanted += active[g];
            }
        }
        return new TruthFigures.Firing(
                Figures.ratio(found, fired), Figures.ratio(found, wanted), Figures.ratio(2 * found, fired + wanted));
    }

    TruthFigures.Latents latents() {
        double all = Arrays.stream(fires).sum();
        int[] alive = Figures.where(fires.length, this::isAlive);
        return new TruthFigures.Latents(
                fires.length,
                alive.length,
                Figures.where(fires.length, j -> fires[j] > FREQUENT * rows).length,
                all / rows,
                Figures.ratio(Arrays.stream(codes).sum(), all),
                Figures.frequencies(Arrays.stream(alive)
                        .mapToDouble(j -> Math.log10((double) fires[j] / rows))
                        .toArray()),
                Figures.values(Arrays.stream(alive)
                        .mapToDouble(j -> codes[j] / fires[j])
                        .toArray()));
    }
}
