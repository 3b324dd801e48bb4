package dev.sluice.producer.block;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Rows of one hook in corpus order, float32, with their norms; all finite. */
public final class Rows {
    private final RowLabels labels;
    private final int width;
    private final float[] values;
    private final double[] norms;
    private final float[] peaks;

    /**
     * @param values [rows, width], row-major; kept
     * @throws PublishException if a value is NaN or infinite
     */
    public Rows(String hook, RowLabels labels, int width, float[] values) {
        this.labels = labels;
        this.width = width;
        this.values = values;
        this.norms = new double[labels.rows()];
        this.peaks = new float[labels.rows()];
        for (int row = 0; row < norms.length; row++) {
            measure(row);
            if (!Double.isFinite(norms[row])) {
                throw new PublishException("activations of " + hook + " must be finite, got NaN or infinity at "
                        + placeOf(row) + "; nothing of this block has been published. Check the model's weights, or"
                        + " leave this hook out");
            }
        }
    }

    /** Sum of squares in float64, in order; NaN and infinities survive it. */
    private void measure(int row) {
        double squares = 0;
        float peak = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            squares += (double) values[i] * values[i];
            peak = Math.max(peak, Math.abs(values[i]));
        }
        norms[row] = Math.sqrt(squares);
        peaks[row] = peak;
    }

    public RowLabels labels() {
        return labels;
    }

    public int count() {
        return norms.length;
    }

    /** A view [width] of a row. */
    public FloatBuffer row(int row) {
        return FloatBuffer.wrap(values, row * width, width).slice();
    }

    public double norm(int row) {
        return norms[row];
    }

    /** The largest |x| of a row. */
    public float peak(int row) {
        return peaks[row];
    }

    /** The largest |x| of all rows; 0 if there are none. */
    public float peak() {
        float peak = 0;
        for (float rowPeak : peaks) {
            peak = Math.max(peak, rowPeak);
        }
        return peak;
    }

    /** The mean of the two middle norms; 0 if there are no rows. */
    public double medianNorm() {
        if (norms.length == 0) {
            return 0;
        }
        double[] sorted = norms.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    public String placeOf(int row) {
        return "document " + labels.document(row) + ", position " + labels.position(row) + " of its window";
    }
}
