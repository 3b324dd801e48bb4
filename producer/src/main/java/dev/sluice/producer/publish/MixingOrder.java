package dev.sluice.producer.publish;

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
    private static final long G = 0x9E3779B97F4A7C15L;

    private MixingOrder() {}

    /** Element i is the row, in corpus order, that is published as the block's row i. */
    static int[] permutation(long seed, long block, int rows) {
        int[] order = identity(rows);
        long key = mix(mix(seed + G) + G * (block + 1));
        for (int i = rows - 1; i > 0; i--) {
            long draw = mix(key + (rows - i) * G);
            int j = (int) (((draw >>> 32) * (i + 1)) >>> 32);
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

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
