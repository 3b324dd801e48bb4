package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** The mean of all rows seen, in float64 and in row order; 0 before the first. State. */
public final class RunningMean {
    private final double[] sum;
    private long rows;

    public RunningMean(int width) {
        sum = new double[width];
    }

    /** @param values [rows * width] */
    public void add(float[] values) {
        int width = sum.length;
        for (int from = 0; from < values.length; from += width) {
            for (int i = 0; i < width; i++) {
                sum[i] += values[from + i];
            }
            rows++;
        }
    }

    /** @param x float32, or float64, [rows, width] */
    public void add(NDArray x) {
        if (x.getDataType() == DataType.FLOAT64) {
            add(x.toDoubleArray());
        } else {
            add(x.toFloatArray());
        }
    }

    private void add(double[] values) {
        for (int i = 0; i < values.length; i++) {
            sum[i % sum.length] += values[i];
        }
        rows += values.length / sum.length;
    }

    public int width() {
        return sum.length;
    }

    public long rows() {
        return rows;
    }

    /** The mean, float64 [d]. */
    public double[] toDoubles() {
        double[] mean = new double[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = rows == 0 ? 0 : sum[i] / rows;
        }
        return mean;
    }

    /** The mean, rounded. */
    public float[] toFloats() {
        double[] mean = toDoubles();
        float[] rounded = new float[mean.length];
        for (int i = 0; i < mean.length; i++) {
            rounded[i] = (float) mean[i];
        }
        return rounded;
    }

    public void save(StateSink out) {
        out.longs("rows", new long[] {rows});
        out.doubles("sum", sum);
    }

    public void restore(StateSource state) {
        rows = state.longs("rows")[0];
        double[] saved = state.doubles("sum");
        if (saved.length != sum.length) {
            throw new IllegalArgumentException("saved sum must have width " + sum.length + ", got " + saved.length);
        }
        System.arraycopy(saved, 0, sum, 0, sum.length);
    }
}
