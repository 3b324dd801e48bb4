package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.producer.hash.CounterRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Draws without replacement. */
final class DistinctDraw {
    private DistinctDraw() {}

    /**
     * Each with the same probability: the beginning of a Fisher-Yates shuffle.
     *
     * @param firstNumber of the random numbers, of which {@code count} are used
     * @return {@code count} of 0 to {@code from} - 1
     */
    static int[] uniform(CounterRandom random, long firstNumber, int from, int count) {
        int[] order = IntStream.range(0, from).toArray();
        for (int i = 0; i < count; i++) {
            int j = i + random.below(from - i, firstNumber + i);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return Arrays.copyOf(order, count);
    }

    /**
     * One after another, each in proportion to its weight among those left: the smallest of Exp(weight) variables.
     *
     * @param firstNumber of the random numbers, of which as many as weights are used
     * @return at most {@code count} indices of positive weights
     * @see <a href="https://doi.org/10.1016/j.ipl.2005.11.003">Efraimidis and Spirakis 2006</a>
     */
    static int[] weighted(CounterRandom random, long firstNumber, double[] weights, int count) {
        double[] arrival = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            arrival[i] = -StrictMath.log(1 - random.uniform(firstNumber + i)) / weights[i];
        }
        return IntStream.range(0, weights.length)
                .filter(i -> weights[i] > 0)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> arrival[i]).thenComparing(i -> i))
                .limit(count)
                .mapToInt(i -> i)
                .toArray();
    }
}
