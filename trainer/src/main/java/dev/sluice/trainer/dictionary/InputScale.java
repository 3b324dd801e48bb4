package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;

/**
 * The normalisation of an SAE's input: a factor for all rows, taken from the first batch ({@code expected-average}:
 * the mean norm becomes √d; dictionary-maths 2.0) or 1 ({@code none}). State.
 */
final class InputScale {
    static final String NONE = "none";
    static final String EXPECTED_AVERAGE = "expected-average";

    private static final String STATE = "input-scale";

    private double factor = 1;

    /** √d over the mean norm of the rows; 1 if they are all 0. */
    void fit(float[] rows, int width) {
        double norms = 0;
        int count = rows.length / width;
        for (int row = 0; row < count; row++) {
            double squares = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                squares += (double) rows[i] * rows[i];
            }
            norms += Math.sqrt(squares);
        }
        factor = norms > 0 ? (float) (Math.sqrt(width) * count / norms) : 1;
    }

    double factor() {
        return factor;
    }

    /** Raw rows, or vectors, in normalised units. */
    NDArray normalise(NDArray raw) {
        return raw.mul(factor);
    }

    /** Normalised rows, or vectors, in raw units. */
    NDArray undo(NDArray normalised) {
        return normalised.div(factor);
    }

    void save(StateSink out) {
        out.doubles(STATE, new double[] {factor});
    }

    void restore(StateSource state) {
        factor = state.doubles(STATE)[0];
    }
}
