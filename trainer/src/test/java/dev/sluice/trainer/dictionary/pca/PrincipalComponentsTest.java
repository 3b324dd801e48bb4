package dev.sluice.trainer.dictionary.pca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.Batches;
import dev.sluice.trainer.dictionary.Golden;
import dev.sluice.trainer.dictionary.MemoryState;
import dev.sluice.trainer.dictionary.TestTorch;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against scikit-learn's IncrementalPCA and PCA (golden/sklearn), and EJML. */
class PrincipalComponentsTest {
    private static final int WIDTH = 24;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({"incremental_pca_k5, 5, false", "incremental_pca_k16, 16, false", "incremental_pca_k5_whiten, 5, true"})
    void shouldBeAsScikitLearnsAfterEveryBatch(String name, int k, boolean whiten) {
        Golden golden = Golden.tensors("sklearn/" + name + ".safetensors");
        double[] x = golden.doubles("X");
        int from = 0;
        int number = 0;
        try (IncrementalPca pca = new IncrementalPca(manager, k, WIDTH)) {
            for (long rows : golden.longs("batch_sizes")) {
                int to = from + (int) rows * WIDTH;
                pca.partialFit(Arrays.copyOfRange(x, from, to));
                from = to;
                String prefix = "batch" + number++ + ".";
                assertThat(pca.rows()).isEqualTo(golden.longs(prefix + "n_samples_seen_")[0]);
                assertClose(pca.mean(), golden.doubles(prefix + "mean_"));
                assertClose(pca.singularValues(), golden.doubles(prefix + "singular_values_"));
                assertClose(components(pca), golden.doubles(prefix + "components_"));
                assertClose(explainedVariance(pca), golden.doubles(prefix + "explained_variance_"));
            }
            double[] coefficients = transform(pca, Arrays.copyOf(x, 40 * WIDTH), whiten);
            assertClose(coefficients, golden.doubles("transform_first40"));
            assertClose(inverse(pca, coefficients, whiten), golden.doubles("inverse_first40"));
        }
    }

    private static double[] components(IncrementalPca pca) {
        return Scope.get(() -> pca.directions().toDoubleArray());
    }

    private static double[] explainedVariance(IncrementalPca pca) {
        return Arrays.stream(pca.singularValues())
                .map(s -> s * s / (pca.rows() - 1))
                .toArray();
    }

    /** Coefficients of rows, [rows * k]; whitened ones have variance 1. */
    private static double[] transform(IncrementalPca pca, double[] x, boolean whiten) {
        int k = pca.count();
        double[] mean = pca.mean();
        double[] components = components(pca);
        double[] variances = explainedVariance(pca);
        double[] result = new double[x.length / WIDTH * k];
        for (int i = 0; i < result.length; i++) {
            double sum = 0;
            for (int j = 0; j < WIDTH; j++) {
                sum += (x[i / k * WIDTH + j] - mean[j]) * components[i % k * WIDTH + j];
            }
            result[i] = whiten ? sum / Math.sqrt(variances[i % k]) : sum;
        }
        return result;
    }

    /** Rows of coefficients, [rows * width]. */
    private static double[] inverse(IncrementalPca pca, double[] coefficients, boolean whitened) {
        int k = pca.count();
        double[] components = components(pca);
        double[] variances = explainedVariance(pca);
        double[] result = new double[coefficients.length / k * WIDTH];
        for (int i = 0; i < result.length; i++) {
            double sum = pca.mean()[i % WIDTH];
            for (int c = 0; c < k; c++) {
                double scale = whitened ? Math.sqrt(variances[c]) : 1;
                sum += coefficients[i / WIDTH * k + c] * scale * components[c * WIDTH + i % WIDTH];
            }
            result[i] = sum;
        }
        return result;
    }

    @Test
    void shouldRefuseABatchOfFewerRowsThanDirections() {
        try (IncrementalPca pca = new IncrementalPca(manager, 5, WIDTH)) {
            assertThatThrownBy(() -> pca.partialFit(new double[4 * WIDTH]))
                    .hasMessageContaining("at least k = 5 rows, got 4");
        }
    }

    @Test
    void shouldHaveTheDirectionsAndVariancesOfPcaWhateverTheBatches() {
        Golden golden = Golden.tensors("sklearn/pca_full_k16.safetensors");
        double[] mean = golden.doubles("mean_");
        try (RunningCovariance covariance = new RunningCovariance(manager, WIDTH);
                Scope scope = new Scope()) {
            NDArray x = scope.keep(manager.create(golden.doubles("X"), golden.shape("X")), manager);
            covariance.add(x.get("0:17"));
            covariance.add(x.get("17:450"));
            covariance.add(x.get("450:600"));
            RunningCovariance.Basis basis = covariance.basis();

            assertRelative(covariance.mean(), mean, 1e-8);
            double[] variances = Arrays.stream(Arrays.copyOf(basis.variances().toDoubleArray(), 16))
                    .map(v -> v * 600 / 599)
                    .toArray();
            assertRelative(variances, golden.doubles("explained_variance_"), 1e-8);
            double[] directions = Arrays.copyOf(basis.directions().toDoubleArray(), 16 * WIDTH);
            assertRelative(directions, golden.doubles("components_"), 1e-8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 300, 512})
    void shouldHaveTheBitsOfTheWholeProductWhateverTheNumberOfPanels(int width) {
        String whole = """
                def whole(self, s: Tensor, x: Tensor) -> int:
                    wide = torch.to(x, 7)
                    _0 = torch.addmm(s, torch.t(wide), wide, out=s)
                    return 0
                """;
        Batches batches = new Batches(manager, 700, width, 100, 3, 2);
        try (RunningCovariance covariance = new RunningCovariance(manager, width);
                TorchProgram program = TorchProgram.of(manager, "whole", whole)) {
            NDArray expected = manager.zeros(new Shape(width, width), DataType.FLOAT64);
            for (int number = 0; number < 3; number++) {
                NDArray x = batches.get(number).x();
                program.call("whole", expected, x);
                covariance.add(x);
            }
            MemoryState saved = new MemoryState();
            covariance.save(saved);

            assertThat(saved.tensor("products", manager).toDoubleArray()).containsExactly(expected.toDoubleArray());
        }
    }

    @Test
    void shouldComputeDirectionsAnewOnceTheShareOfRowsHasFollowed() {
        Batches batches = new Batches(manager, 100, WIDTH, 30, 3, 8);
        try (RunningCovariance covariance = new RunningCovariance(manager, WIDTH);
                Projection projection = new Projection(manager, covariance, 0.5)) {
            covariance.add(batches.get(0).x());
            covariance.add(batches.get(1).x());
            float[] first = projection.directions().toFloatArray();
            covariance.add(batches.get(2).x());

            assertThat(projection.directions().toFloatArray()).containsExactly(first);
            covariance.add(batches.get(3).x());
            assertThat(projection.directions().toFloatArray()).isNotEqualTo(first);
        }
    }

    @Test
    void shouldHaveTheEigenvaluesThatEjmlFinds() {
        Batches batches = new Batches(manager, 500, 40, 30, 3, 8);
        try (RunningCovariance covariance = new RunningCovariance(manager, 40);
                Scope scope = new Scope()) {
            NDArray x = scope.keep(batches.get(0).x(), manager);
            covariance.add(x);
            double[] found = covariance.basis().variances().toDoubleArray();

            assertThat(found).usingComparatorWithPrecision(1e-8).containsExactly(eigenvalues(x));
        }
    }

    private static double[] eigenvalues(NDArray x) {
        NDArray wide = x.toType(DataType.FLOAT64, true);
        NDArray centred = wide.sub(wide.mean(new int[] {0}));
        double[] products = centred.transpose().matMul(centred).div(500).toDoubleArray();
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(40, false, true);
        eigen.decompose(new DMatrixRMaj(40, 40, true, products));
        double[] values = new double[40];
        Arrays.setAll(values, i -> -eigen.getEigenvalue(i).getReal());
        Arrays.sort(values);
        return Arrays.stream(values).map(v -> -v).toArray();
    }

    /** To a share of the largest, as relative errors of vectors are. */
    private static void assertRelative(double[] actual, double[] expected, double share) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(actual).usingComparatorWithPrecision(share * largest).containsExactly(expected);
    }

    private static void assertClose(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], offset(1e-9 * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
