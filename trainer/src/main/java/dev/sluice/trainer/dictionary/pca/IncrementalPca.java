package dev.sluice.trainer.dictionary.pca;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.OneThread;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;

/**
 * scikit-learn's IncrementalPCA in float64 (MATHEMATICS.md, "PCA"): keeps k directions and singular values, and
 * decomposes them anew with each batch. Approximate where {@link RunningCovariance} is exact; for comparison with it.
 *
 * @see <a href="https://www.cs.toronto.edu/~dross/ivt/RossLimLinYang_ijcv.pdf">Ross et al. 2008</a>
 */
final class IncrementalPca implements PrincipalDirections {
    private static final String ROWS = "rows";
    private static final String MEAN = "mean";
    private static final String SINGULAR_VALUES = "singular-values";
    private static final String DIRECTIONS = "directions";

    private final NDManager manager;
    private final TorchProgram program;
    private final int k;
    private final int width;
    private final double[] mean;
    private final double[] directions;
    private final double[] singularValues;
    private long rows;

    IncrementalPca(NDManager parent, int k, int width) {
        this.manager = parent.newSubManager();
        this.program = TorchProgram.load(manager, IncrementalPca.class, "pca.ts");
        this.k = k;
        this.width = width;
        this.mean = new double[width];
        this.directions = new double[Math.multiplyExact(k, width)];
        this.singularValues = new double[k];
    }

    @Override
    public void add(NDArray x) {
        float[] values = x.toFloatArray();
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        partialFit(wide);
    }

    /**
     * Learns one batch.
     *
     * @param x [rows * width], at least k rows
     */
    void partialFit(double[] x) {
        int batch = x.length / width;
        if (batch < k) {
            throw new IllegalArgumentException("a batch must have at least k = " + k + " rows, got " + batch);
        }
        double[] batchMean = columnMeans(x, batch);
        double[] stacked = rows == 0 ? centred(x, batchMean) : stack(x, batchMean, batch);
        long total = rows + batch;
        for (int i = 0; i < width; i++) {
            mean[i] = (mean[i] * rows + batchMean[i] * batch) / total;
        }
        rows = total;
        decompose(stacked);
    }

    /** [diag(S) V; X - x̄; √(n b / (n + b)) (μ - x̄)]. */
    private double[] stack(double[] x, double[] batchMean, int batch) {
        double[] stacked = new double[(k + batch + 1) * width];
        for (int i = 0; i < k * width; i++) {
            stacked[i] = singularValues[i / width] * directions[i];
        }
        System.arraycopy(centred(x, batchMean), 0, stacked, k * width, x.length);
        double weight = Math.sqrt((double) rows / (rows + batch) * batch);
        for (int i = 0; i < width; i++) {
            stacked[(k + batch) * width + i] = weight * (mean[i] - batchMean[i]);
        }
        return stacked;
    }

    private double[] columnMeans(double[] x, int batch) {
        double[] means = new double[width];
        for (int i = 0; i < x.length; i++) {
            means[i % width] += x[i];
        }
        Arrays.setAll(means, i -> means[i] / batch);
        return means;
    }

    private double[] centred(double[] x, double[] centre) {
        double[] result = new double[x.length];
        Arrays.setAll(result, i -> x[i] - centre[i % width]);
        return result;
    }

    private void decompose(double[] stacked) {
        Scope.run(() -> {
            NDArray matrix = manager.create(stacked, new Shape(stacked.length / width, width));
            NDList found = OneThread.run(() -> program.call("svd", matrix));
            System.arraycopy(found.get(0).toDoubleArray(), 0, singularValues, 0, k);
            System.arraycopy(found.get(1).toDoubleArray(), 0, directions, 0, k * width);
        });
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public int count() {
        return k;
    }

    @Override
    public boolean isReady() {
        return rows > 0;
    }

    @Override
    public NDArray directions() {
        return manager.create(directions, new Shape(k, width));
    }

    /** Their squares over n - 1 are the variances along the directions, descending. */
    double[] singularValues() {
        return singularValues.clone();
    }

    @Override
    public void save(StateSink out) {
        out.longs(ROWS, new long[] {rows});
        out.doubles(MEAN, mean);
        out.doubles(SINGULAR_VALUES, singularValues);
        Scope.run(() -> {
            out.tensor(DIRECTIONS, directions());
        });
    }

    @Override
    public void restore(StateSource state) {
        rows = state.longs(ROWS)[0];
        take(MEAN, state.doubles(MEAN), mean);
        take(SINGULAR_VALUES, state.doubles(SINGULAR_VALUES), singularValues);
        Scope.run(() -> {
            take(DIRECTIONS, state.tensor(DIRECTIONS, manager).toDoubleArray(), directions);
        });
    }

    private static void take(String name, double[] saved, double[] to) {
        if (saved.length != to.length) {
            throw new IllegalArgumentException(
                    "saved " + name + " must have " + to.length + " numbers, got " + saved.length);
        }
        System.arraycopy(saved, 0, to, 0, to.length);
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
