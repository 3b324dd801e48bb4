package dev.sluice.evaluator.truth;

import dev.sluice.evaluator.contract.TruthFigures.Chance;
import dev.sluice.evaluator.contract.TruthFigures.Found;
import dev.sluice.evaluator.contract.TruthFigures.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** From cosines and counts to figures. */
final class Figures {
    /** A direction of this cosine or more is the feature's. */
    static final double MATCHED = 0.9;

    private static final int BINS = 20;
    /** log10 of the smallest frequency that a bin is made for. */
    private static final double RAREST = -5;

    private Figures() {}

    /** @param alive whether a direction fired; all count if none is known to */
    static Found found(Match match, int width, IntPredicate alive) {
        float[] features = match.feature().cosine();
        float[] directions = match.direction().cosine();
        int[] living = where(directions.length, alive);
        double sum = Arrays.stream(living).mapToDouble(j -> directions[j]).sum();
        int matched = where(directions.length, j -> alive.test(j) && directions[j] >= MATCHED).length;
        double different = Arrays.stream(living)
                .map(j -> match.direction().number()[j])
                .distinct()
                .count();
        return new Found(
                IntStream.range(0, features.length)
                        .mapToDouble(g -> features[g])
                        .average()
                        .orElse(0),
                ratio(sum, living.length),
                (double) where(features.length, g -> features[g] >= MATCHED).length / features.length,
                ratio(matched, living.length),
                ratio(different, Math.min(living.length, features.length)),
                match.pairs().meanCosine(),
                match.pairs().count(),
                match.pairs().rule(),
                new Chance(
                        ChanceLine.medianOfLargest(width, directions.length),
                        ChanceLine.medianOfLargest(width, features.length)));
    }

    static @Nullable Double ratio(double part, double whole) {
        return whole == 0 ? null : Double.valueOf(part / whole);
    }

    /** The numbers below {@code count} of which it holds. */
    static int[] where(int count, IntPredicate holds) {
        return IntStream.range(0, count).filter(holds).toArray();
    }

    /** @param logarithms of frequencies, to the base 10 */
    static Histogram frequencies(double[] logarithms) {
        return histogram(logarithms, RAREST, 0);
    }

    /** From 0 to the largest. */
    static Histogram values(double[] values) {
        double largest = Arrays.stream(values).max().orElse(1);
        return histogram(values, 0, largest > 0 ? largest : 1);
    }

    /** Equal bins; what lies outside is in the first or the last. */
    private static Histogram histogram(double[] values, double from, double to) {
        List<Double> edges = new ArrayList<>();
        for (int i = 0; i <= BINS; i++) {
            edges.add(from + (to - from) * i / BINS);
        }
        int[] counts = new int[BINS];
        for (double value : values) {
            int bin = (int) Math.floor((value - from) / (to - from) * BINS);
            counts[Math.max(0, Math.min(BINS - 1, bin))]++;
        }
        return new Histogram(edges, Arrays.stream(counts).boxed().toList());
    }
}
