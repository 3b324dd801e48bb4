package dev.sluice.trainer.kernel;

import java.util.Arrays;

/**
 * The k largest of the values that it is given, ties to the lower latent; numbers that are none come last. A value and
 * its latent are one long, so that they are compared at once; the least of the k is on top of a heap.
 */
final class LargestLatents {
    private static final long NONE = Long.MIN_VALUE;

    private final long[] heap;

    /** @param k at least 1 */
    LargestLatents(int k) {
        heap = new long[k];
        clear();
    }

    void clear() {
        Arrays.fill(heap, NONE);
    }

    /** The bits of a float32 in the order of the numbers, 0 being one of them, and the least for what is no number. */
    static int ordered(float value) {
        return Float.isNaN(value) ? Integer.MIN_VALUE : ordered(Float.floatToRawIntBits(value + 0f));
    }

    /** The same of bits; it undoes itself. */
    static int ordered(int bits) {
        return bits ^ ((bits >> 31) >>> 1);
    }

    void add(int latent, float value) {
        long entry = (long) ordered(value) << 32 | (Integer.MAX_VALUE - latent);
        if (entry > heap[0]) {
            sink(entry);
        }
    }

    /** Puts an entry in the place of the least. */
    private void sink(long entry) {
        int at = 0;
        int child = 1;
        while (child < heap.length) {
            child += child + 1 < heap.length && heap[child + 1] < heap[child] ? 1 : 0;
            if (heap[child] >= entry) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        heap[at] = entry;
    }

    /** The least of the k; negative infinity while there are fewer. */
    float least() {
        int bits = (int) (heap[0] >> 32);
        return bits == Integer.MIN_VALUE ? Float.NEGATIVE_INFINITY : Float.intBitsToFloat(ordered(bits));
    }

    /** Writes them by ascending latent; forgets them. */
    void drain(long[] latents, float[] values, int from) {
        for (int i = 0; i < heap.length; i++) {
            heap[i] = (long) (Integer.MAX_VALUE - (int) heap[i]) << 32 | (heap[i] >>> 32);
        }
        Arrays.sort(heap);
        for (int i = 0; i < heap.length; i++) {
            latents[from + i] = heap[i] >> 32;
            values[from + i] = Float.intBitsToFloat(ordered((int) heap[i]));
        }
        clear();
    }
}
