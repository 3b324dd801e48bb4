package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.OneThread;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;

/**
 * scikit-learn's IncrementalPCA in float64 (dictionary-maths 5.2): keeps k directions and singular values, and
 * decomposes them anew with each batch. Approximate where {@link RunningCovariance} is exact; for comparison with it.
 *
 * @see <a href="https://www.cs.toronto.edu/~dross/ivt/RossLimLinYang_ijcv.pdf">Ross et al. 2008</a>
 */
final class IncrementalPca implements AutoCloseable {
    private static final String SVD = """
            def svd(self, x: Tensor) -> Tuple[Tensor, Tensor]:
                _0, s, rows = torch.linalg_svd(x, False)
                largest = torch.gather(rows, 1, torch.unsqueeze(torch.argmax(torch.abs(rows), 1), 1))
                return (s, torch.mul(rows, torch.sign(largest)))
            """;

    private final NDManager manager;
    private final TorchProgram program;
    private final int k;
    private final int width;
    private final double[] mean;
    private final double[] variance;
    private final double[] components;
    private final double[] singularValues;
    private double[] explainedVariance = {};
    private double noiseVariance;
    private long rows;

    IncrementalPca(NDManager parent, int k, int width) {
        this.manager = parent.newSubManager();
        this.program = TorchProgram.of(manager, "svd", SVD);
        this.k = k;
        this.width = width;
        this.mean = new double[width];
        this.variance = new double[width];
        this.components = new double[k * width];
        this.singularValues = new double[k];
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
        combineMoments(x, batchMean, batch);
        decompose(stacked);
    }

    /** [diag(S) V; X - x̄; √(n b / (n + b)) (μ - x̄)]. */
    private double[] stack(double[] x, double[] batchMean, int batch) {
        double[] stacked = new double[(k + batch + 1) * width];
        for (int i = 0; i < k * width; i++) {
            stacked[i] = singularValues[i / width] * components[i];
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

    private void combineMoments(double[] x, double[] batchMean, int batch) {
        double[] squares = new double[width];
        double[] centred = centred(x, batchMean);
        for (int i = 0; i < centred.length; i++) {
            squares[i % width] += centred[i] * centred[i];
        }
        long total = rows + batch;
        for (int i = 0; i < width; i++) {
            double shift = batchMean[i] - mean[i];
            double between = (double) rows * batch / total * shift * shift;
            variance[i] = (variance[i] * rows + squares[i] + between) / total;
            mean[i] = (mean[i] * rows + batchMean[i] * batch) / total;
        }
        rows = total;
    }

    private void decompose(double[] stacked) {
        Scope.run(() -> {
            NDList found = OneThread.run(() ->
                    program.call("svd", manager.create(stacked, new Shape(stacked.length / width, width))));
            double[] values = found.get(0).toDoubleArray();
            double[] vectors = found.get(1).toDoubleArray();
            System.arraycopy(values, 0, singularValues, 0, k);
            System.arraycopy(vectors, 0, components, 0, k * width);
            double[] explained = new double[values.length];
            Arrays.setAll(explained, i -> values[i] * values[i] / (rows - 1));
            explainedVariance = Arrays.copyOf(explained, k);
            noiseVariance = k == width
                    ? 0
                    : Arrays.stream(explained, k, explained.length).average().orElse(0);
        });
    }

    /** Coefficients of rows, [rows * k]; whitened ones have variance 1. */
    double[] transform(double[] x, boolean whiten) {
        double[] centred = centred(x, mean);
        double[] result = new double[x.length / width * k];
        for (int i = 0; i < result.length; i++) {
            int row = i / k;
            int component = i % k;
            double sum = 0;
            for (int j = 0; j < width; j++) {
                sum += centred[row * width + j] * components[component * width + j];
            }
            result[i] = whiten ? sum / Math.sqrt(explainedVariance[component]) : sum;
        }
        return result;
    }

    /** Rows of coefficients, [rows * width]. */
    double[] inverse(double[] coefficients, boolean whitened) {
        double[] result = new double[coefficients.length / k * width];
        for (int i = 0; i < result.length; i++) {
            int row = i / width;
            double sum = mean[i % width];
            for (int c = 0; c < k; c++) {
                double scale = whitened ? Math.sqrt(explainedVariance[c]) : 1;
                sum += coefficients[row * k + c] * scale * components[c * width + i % width];
            }
            result[i] = sum;
        }
        return result;
    }

    double[] mean() {
        return mean.clone();
    }

    /** Of each column, over all rows seen. */
    double[] variance() {
        return variance.clone();
    }

    /** [k * width], in each row the entry of largest magnitude positive. */
    double[] components() {
        return components.clone();
    }

    double[] singularValues() {
        return singularValues.clone();
    }

    double[] explainedVariance() {
        return explainedVariance.clone();
    }

    double[] explainedVarianceRatio() {
        double total = Arrays.stream(variance).sum() * rows;
        return Arrays.stream(singularValues).map(s -> s * s / total).toArray();
    }

    double noiseVariance() {
        return noiseVariance;
    }

    long rows() {
        return rows;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
