package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;

/** Sums to a scalar in float64, in index order: torch's own depend on the number of threads. */
public final class Sums {
    private Sums() {}

    /** Σ v_i of a float32 vector. */
    public static double of(NDArray vector) {
        double sum = 0;
        for (float value : vector.toFloatArray()) {
            sum += value;
        }
        return sum;
    }

    /** Σ v_i² of a float32 vector. */
    public static double ofSquares(NDArray vector) {
        double sum = 0;
        for (float value : vector.toFloatArray()) {
            sum += (double) value * value;
        }
        return sum;
    }

    /** Σ a_i b_i of two float32 vectors. */
    public static double ofProducts(NDArray a, NDArray b) {
        float[] left = a.toFloatArray();
        float[] right = b.toFloatArray();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (double) left[i] * right[i];
        }
        return sum;
    }
}
