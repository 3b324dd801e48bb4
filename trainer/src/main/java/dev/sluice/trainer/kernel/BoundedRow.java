package dev.sluice.trainer.kernel;

import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Finds what is large in a row of bfloat16 numbers by the largest of each of its lanes, which are far apart places. A
 * number is seen as its level: its 16 bits as an int in the order of numbers. Loops that matter add and shift instead of
 * comparing, and have arrays as arguments, so that the compiler takes several ints at once.
 */
final class BoundedRow {
    /** Below every level. */
    static final int LEAST = Short.MIN_VALUE - 1;

    /** Above every level. */
    static final int MOST = Short.MAX_VALUE + 1;

    private static final int LARGEST_LANE = 32;

    /** Lanes for one number that is asked for: with fewer, too many others share a lane with one. */
    private static final int LANES_PER_NUMBER = 4;

    private final int[] pairs;
    private final int[] part;
    private final int[] evenPeaks;
    private final int[] oddPeaks;
    private long[] found = new long[256];
    private int count;

    /**
     * @param length of a row, a multiple of {@link UpperBounds#GROUP}
     * @param wanted how many large numbers are asked for at first
     */
    BoundedRow(int length, int wanted) {
        int lane = LARGEST_LANE;
        while (lane > 1 && length / lane < LANES_PER_NUMBER * wanted) {
            lane /= 2;
        }
        this.pairs = new int[length / 2];
        this.evenPeaks = new int[pairs.length / lane];
        this.oddPeaks = new int[evenPeaks.length];
        this.part = new int[evenPeaks.length];
    }

    /** The level of a number of bfloat16, or of the next lower one. */
    static int level(float value) {
        return LargestLatents.ordered(value) >> 16;
    }

    /** Of the low half of an int, which comes first in memory. */
    private static int even(int pair) {
        int bits = pair << 16 >> 16;
        return bits ^ (bits >> 31 & Short.MAX_VALUE);
    }

    private static int odd(int pair) {
        int bits = pair >> 16;
        return bits ^ (bits >> 31 & Short.MAX_VALUE);
    }

    /** @param rows in native order, two numbers in an int */
    void load(IntBuffer rows, int row) {
        Arrays.fill(evenPeaks, LEAST);
        Arrays.fill(oddPeaks, LEAST);
        rows.get(row * pairs.length, pairs);
        for (int from = 0; from < pairs.length; from += part.length) {
            System.arraycopy(pairs, from, part, 0, part.length);
            raiseEven(evenPeaks, part);
            raiseOdd(oddPeaks, part);
        }
    }

    private static void raiseEven(int[] peaks, int[] pairs) {
        for (int i = 0; i < peaks.length; i++) {
            int more = even(pairs[i]) - peaks[i];
            peaks[i] += more & ~(more >> 31);
        }
    }

    private static void raiseOdd(int[] peaks, int[] pairs) {
        for (int i = 0; i < peaks.length; i++) {
            int more = odd(pairs[i]) - peaks[i];
            peaks[i] += more & ~(more >> 31);
        }
    }

    /** The highest level that the peaks of at least {@code wanted} lanes reach; the least if there are too few lanes. */
    int reachedBy(int wanted) {
        int low = LEAST;
        int high = MOST;
        while (high - low > 1) {
            int middle = (low + high) >> 1;
            if (reaching(evenPeaks, middle) + reaching(oddPeaks, middle) >= wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int reaching(int[] peaks, int level) {
        int below = 0;
        for (int i = 0; i < peaks.length; i++) {
            below += (peaks[i] - level) >>> 31;
        }
        return peaks.length - below;
    }

    /** The places below {@code end} of all whose level is at least {@code low}, ascending. */
    long[] places(int low, int end) {
        count = 0;
        for (int lane = 0; lane < evenPeaks.length; lane++) {
            if (evenPeaks[lane] >= low) {
                for (int at = lane; at < pairs.length; at += evenPeaks.length) {
                    put(2 * at, even(pairs[at]) >= low);
                }
            }
            if (oddPeaks[lane] >= low) {
                for (int at = lane; at < pairs.length; at += oddPeaks.length) {
                    put(2 * at + 1, odd(pairs[at]) >= low);
                }
            }
        }
        Arrays.sort(found, 0, count);
        while (count > 0 && found[count - 1] >= end) {
            count--;
        }
        return Arrays.copyOf(found, count);
    }

    private void put(int place, boolean isLarge) {
        if (isLarge) {
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = place;
        }
    }
}
