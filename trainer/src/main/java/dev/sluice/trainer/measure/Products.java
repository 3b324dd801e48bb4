package dev.sluice.trainer.measure;

/** Inner products in float64 with a fixed order of addition: four lanes, then the remainder, then the lanes in order. */
final class Products {
    private static final int LANES = 4;

    private Products() {}

    /** Σ a_i b_i over {@code length} elements. */
    static double dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            s0 += (double) a[aFrom + i] * b[bFrom + i];
            s1 += (double) a[aFrom + i + 1] * b[bFrom + i + 1];
            s2 += (double) a[aFrom + i + 2] * b[bFrom + i + 2];
            s3 += (double) a[aFrom + i + 3] * b[bFrom + i + 3];
        }
        for (; i < length; i++) {
            s0 += (double) a[aFrom + i] * b[bFrom + i];
        }
        return s0 + s1 + s2 + s3;
    }

    /** Σ (a_i - b_i)² over {@code length} elements. */
    static double squaredDistance(float[] a, int aFrom, float[] b, int bFrom, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            s0 += square((double) a[aFrom + i] - b[bFrom + i]);
            s1 += square((double) a[aFrom + i + 1] - b[bFrom + i + 1]);
            s2 += square((double) a[aFrom + i + 2] - b[bFrom + i + 2]);
            s3 += square((double) a[aFrom + i + 3] - b[bFrom + i + 3]);
        }
        for (; i < length; i++) {
            s0 += square((double) a[aFrom + i] - b[bFrom + i]);
        }
        return s0 + s1 + s2 + s3;
    }

    private static double square(double value) {
        return value * value;
    }
}
