package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
                assertClose(pca.variance(), golden.doubles(prefix + "var_"));
                assertClose(pca.singularValues(), golden.doubles(prefix + "singular_values_"));
                assertClose(pca.components(), golden.doubles(prefix + "components_"));
                assertClose(pca.explainedVariance(), golden.doubles(prefix + "explained_variance_"));
                assertClose(pca.explainedVarianceRatio(), golden.doubles(prefix + "explained_variance_ratio_"));
                assertClose(new double[] {pca.noiseVariance()}, golden.doubles(prefix + "noise_variance_"));
            }
            double[] coefficients = pca.transform(Arrays.copyOf(x, 40 * WIDTH), whiten);
            assertClose(coefficients, golden.doubles("transform_first40"));
            assertClose(pca.inverse(coefficients, whiten), golden.doubles("inverse_first40"));
        }
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
        NDArray x = golden.array("X", manager);
        try (RunningCovariance covariance = new RunningCovariance(manager, WIDTH);
                Scope scope = new Scope()) {
            covariance.add(x.get("0:7"));
            covariance.add(x.get("7:450"));
            covariance.add(x.get("450:600"));
            RunningCovariance.Basis basis = covariance.basis();

            assertThat(covariance.mean().toDoubles())
                    .usingComparatorWithPrecision(1e-6)
                    .containsExactly(golden.doubles("mean_"));
            double[] variances = Arrays.stream(Arrays.copyOf(basis.variances().toDoubleArray(), 16))
                    .map(v -> v * 600 / 599)
                    .toArray();
            assertThat(variances)
                    .usingComparatorWithPrecision(1e-5)
                    .containsExactly(golden.doubles("explained_variance_"));
            assertThat(Arrays.copyOf(basis.directions().toDoubleArray(), 16 * WIDTH))
                    .usingComparatorWithPrecision(1e-4)
                    .containsExactly(golden.doubles("components_"));
            scope.keep(basis.variances(), manager);
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

    private static void assertClose(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], offset(1e-9 * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
