package dev.sluice.producer.publish;

import dev.sluice.producer.hash.CounterRandom;

/**
 * The order in which a block's rows are published: a permutation that depends on (seed, block number, rows) alone.
 *
 * <p>Fisher and Yates' shuffle, downwards: for {@code i = rows - 1 .. 1} swap elements {@code i} and {@code j}, where
 * {@code j = floor(u * (i + 1) / 2^32)} and {@code u} is the upper half of draw {@code rows - 1 - i}. Draw {@code n} is
 * {@code mix(key + (n + 1) * G)} with {@code key = mix(mix(seed + G) + G * (block + 1))}, modulo 2^64: the output
 * function and increment {@code G} of SplitMix64 (Steele, Lea and Flood 2014,
 * <a href="https://doi.org/10.1145/2660193.2660195">Fast splittable pseudorandom number generators</a>). The bias of
 * {@code j} is below {@code rows / 2^32}.
 */
final class MixingOrder {
    private MixingOrder() {}

    /** Element i is the row, in corpus order, that is published as the block's row i. */
    static int[] permutation(long seed, long block, int rows) {
        int[] order = identity(rows);
        CounterRandom random = CounterRandom.of(seed, block);
        for (int i = rows - 1; i > 0; i--) {
            int j = random.below(i + 1, rows - 1 - i);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** Corpus order. */
    static int[] identity(int rows) {
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        return order;
    }
}
