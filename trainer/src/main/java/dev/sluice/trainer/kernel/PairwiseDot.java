package dev.sluice.trainer.kernel;

/**
 * Inner products in float32 with one fixed order of additions, so that their bits depend on the two vectors alone:
 * element i is added to element i + ⌈n/2⌉, and so on with the halves. The error is at most about (2 + log2 n) 2^-24
 * Σ |a_i b_i|.
 *
 * @see <a href="https://doi.org/10.1137/0914050">Higham 1993, The accuracy of floating point summation</a>
 */
public final class PairwiseDot {
    /** So few sums are added without a loop, which would cost more than what it does. */
    private static final int LAST = 8;

    private final int length;
    private float[] sums;
    private float[] halves;

    /** @param length of the vectors, at least 1 */
    public PairwiseDot(int length) {
        this.length = length;
        this.sums = new float[length];
        this.halves = new float[length];
    }

    /** Σ a_i b_i; not for two threads at once. */
    public float of(float[] a, int aFrom, float[] b, int bFrom) {
        int left = length % 4 == 0 ? length / 4 : half(length);
        if (length % 4 == 0) {
            multiplyByFour(a, aFrom, b, bFrom);
        } else {
            multiply(a, aFrom, b, bFrom);
        }
        for (; left % 4 == 0 && left != LAST; left /= 4) {
            foldByFour(left);
        }
        if (left == LAST) {
            return sumOfLast();
        }
        for (; left > 1; left = half(left)) {
            fold(left);
        }
        return sums[0];
    }

    private static int half(int count) {
        return (count + 1) / 2;
    }

    /** The products and the first addition in one loop, which holds half of all the work. */
    private void multiply(float[] a, int aFrom, float[] b, int bFrom) {
        int half = half(length);
        float[] to = sums;
        for (int i = 0; i < length - half; i++) {
            to[i] = a[aFrom + i] * b[bFrom + i] + a[aFrom + half + i] * b[bFrom + half + i];
        }
        if (length % 2 == 1) {
            to[half - 1] = a[aFrom + half - 1] * b[bFrom + half - 1];
        }
    }

    /** The first two additions in one loop, which saves storing what is between them. */
    private void multiplyByFour(float[] a, int aFrom, float[] b, int bFrom) {
        int quarter = length / 4;
        int half = length / 2;
        float[] to = sums;
        for (int i = 0; i < quarter; i++) {
            to[i] = (a[aFrom + i] * b[bFrom + i] + a[aFrom + half + i] * b[bFrom + half + i])
                    + (a[aFrom + quarter + i] * b[bFrom + quarter + i]
                            + a[aFrom + half + quarter + i] * b[bFrom + half + quarter + i]);
        }
    }

    /** Two additions in one loop, from one array into the other. */
    private void foldByFour(int left) {
        int quarter = left / 4;
        int half = left / 2;
        float[] from = sums;
        float[] to = halves;
        for (int i = 0; i < quarter; i++) {
            to[i] = (from[i] + from[half + i]) + (from[quarter + i] + from[half + quarter + i]);
        }
        sums = to;
        halves = from;
    }

    private float sumOfLast() {
        float[] s = sums;
        return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    }

    /** From one array into the other: within one, the compiler would not add several at a time. */
    private void fold(int left) {
        int half = half(left);
        float[] from = sums;
        float[] to = halves;
        for (int i = 0; i < left - half; i++) {
            to[i] = from[i] + from[half + i];
        }
        if (left % 2 == 1) {
            to[half - 1] = from[half - 1];
        }
        sums = to;
        halves = from;
    }
}
