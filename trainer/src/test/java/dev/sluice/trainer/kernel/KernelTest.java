package dev.sluice.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.contract.AdamSpec;
import dev.sluice.trainer.dictionary.TestTorch;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KernelTest {
    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Groups of neighbours, of strides, none; more rows than a block; fewer columns than the weights. */
    @ParameterizedTest
    @CsvSource({
        "40, 1024, 1024, 3",
        "40, 1000, 1000, 3",
        "40, 1024, 1024, 32",
        "1500, 256, 256, 1",
        "30, 128, 90, 90",
        "30, 128, 64, 2",
        "30, 300, 256, 2"
    })
    void shouldSelectTheLargestOfEachRowInAscendingColumns(int rows, int n, int columns, int k) {
        NDArray x = uniform("x", rows, 8);
        NDArray w = uniform("w", n, 8);
        NDArray b = uniform("b", n);
        float[] product = x.matMul(w.transpose()).add(b).toFloatArray();
        try (TopKSelection selection = new TopKSelection(manager)) {
            SparseCodes found = selection.largest(x, w, b, columns, k);
            long[] latents = found.latents().toLongArray();
            float[] values = found.values().toFloatArray();
            for (int row = 0; row < rows; row++) {
                float[] all = Arrays.copyOfRange(product, row * n, row * n + columns);
                long[] chosen = Arrays.copyOfRange(latents, row * k, (row + 1) * k);
                assertThat(chosen).isSorted().doesNotHaveDuplicates();
                for (int i = 0; i < k; i++) {
                    assertThat(values[row * k + i]).isCloseTo(all[(int) chosen[i]], within(1e-5f));
                }
                float least = smallest(Arrays.copyOfRange(values, row * k, (row + 1) * k));
                Arrays.sort(all);
                assertThat(least).isCloseTo(all[columns - k], within(1e-5f));
            }
        }
    }

    /** Groups of 32, of 8, none; more rows than a block; more wanted than is positive. */
    @ParameterizedTest
    @CsvSource({"40, 1024, 3, 0.2", "40, 1000, 16, 0.5", "1500, 256, 1, 5", "30, 90, 20, -1", "30, 64, 60, 0.1"})
    void shouldChooseTheLargestPositiveEntriesOfABatchAndThoseAboveAThreshold(int rows, int n, int k, float threshold) {
        NDArray x = uniform("x", rows, 8);
        NDArray w = uniform("w", n, 8);
        NDArray b = uniform("b", n);
        float[] product = x.matMul(w.transpose()).add(b).toFloatArray();
        float[] sorted = product.clone();
        Arrays.sort(sorted);
        float least = Math.max(sorted[Math.max(0, sorted.length - k * rows)], 0);
        try (SparseProducts products = new SparseProducts(manager);
                ThresholdSelection selection = new ThresholdSelection(manager, products)) {
            ThresholdSelection.Chosen chosen = selection.choose(x, new Encoder(w, b, null), k, threshold);
            RaggedCodes above = selection.above(x, new Encoder(w, b, null), threshold);

            assertClose(dense(chosen.largest(), n), kept(product, v -> v > 0 && v >= least), 1e-5f);
            assertThat(chosen.least()).isCloseTo(least > 0 ? least : leastPositive(product), within(1e-5f));
            assertClose(dense(chosen.above(), n), kept(product, v -> v > Math.max(0, threshold)), 1e-5f);
            assertThat(dense(above, n)).isEqualTo(dense(chosen.above(), n));
        }
    }

    /** All that the batch keeps comes from one of its three blocks of rows, more than that may keep at first. */
    @Test
    void shouldChooseTheLargestOfABatchWhereverTheyAre() {
        int rows = 3 * TopKSelection.BLOCK_ROWS;
        NDArray x = uniform("x", rows, 8);
        x.get(":{}", TopKSelection.BLOCK_ROWS).muli(100);
        NDArray w = uniform("w", 256, 8);
        float[] product = x.matMul(w.transpose()).toFloatArray();
        float[] sorted = product.clone();
        Arrays.sort(sorted);
        float least = sorted[sorted.length - 2 * rows];
        try (SparseProducts products = new SparseProducts(manager);
                ThresholdSelection selection = new ThresholdSelection(manager, products)) {
            RaggedCodes largest = selection
                    .choose(x, new Encoder(w, manager.zeros(new Shape(256)), null), 2, 1e9f)
                    .largest();

            assertThat(largest.values().size()).isEqualTo(2L * rows);
            assertThat(Arrays.stream(largest.rows().toLongArray()).max().orElseThrow())
                    .isLessThan(TopKSelection.BLOCK_ROWS);
            assertClose(dense(largest, 256), kept(product, v -> v >= least), 1e-3f);
        }
    }

    @Test
    void shouldBreakTiesAmongTheLargestByRowAndLatent() {
        NDArray x = manager.ones(new Shape(20, 4));
        NDArray w = manager.ones(new Shape(16, 4));
        try (SparseProducts products = new SparseProducts(manager);
                ThresholdSelection selection = new ThresholdSelection(manager, products)) {
            RaggedCodes largest = selection
                    .choose(x, new Encoder(w, manager.zeros(new Shape(16)), null), 3, 100)
                    .largest();

            assertThat(largest.rows().toLongArray()).hasSize(60).isSorted().endsWith(3);
            assertThat(largest.latents().toLongArray())
                    .startsWith(LongStream.range(0, 16).toArray());
            assertThat(largest.offsets().toLongArray())
                    .startsWith(0, 16, 32, 48, 60)
                    .endsWith(60);
        }
    }

    /** Large arrays are too many for assertions one by one. */
    private static void assertClose(float[] actual, float[] expected, float tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
                throw new AssertionError("entry " + i + " must be about " + expected[i] + ", got " + actual[i]);
            }
        }
    }

    private static float[] dense(RaggedCodes codes, int n) {
        float[] dense = new float[codes.rowCount() * n];
        long[] rows = codes.rows().toLongArray();
        long[] latents = codes.latents().toLongArray();
        float[] values = codes.values().toFloatArray();
        for (int i = 0; i < values.length; i++) {
            dense[(int) (rows[i] * n + latents[i])] = values[i];
        }
        return dense;
    }

    private static float[] kept(float[] product, Predicate<Float> keep) {
        float[] kept = new float[product.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = keep.test(product[i]) ? product[i] : 0;
        }
        return kept;
    }

    private static float leastPositive(float[] values) {
        float least = Float.POSITIVE_INFINITY;
        for (float value : values) {
            least = value > 0 ? Math.min(least, value) : least;
        }
        return least;
    }

    private static float smallest(float[] values) {
        float smallest = values[0];
        for (float value : values) {
            smallest = Math.min(smallest, value);
        }
        return smallest;
    }

    static List<AdamSpec> adams() {
        return List.of(AdamSpec.DEFAULT, new AdamSpec(0, 0.99, 1e-3, 0), new AdamSpec(0.5, 0.9, 1e-8, 0.1));
    }

    @ParameterizedTest
    @MethodSource("adams")
    void shouldTakeAdamsStepOnGradientsDividedByTheScale(AdamSpec spec) {
        NDArray parameter = manager.create(new float[] {1, -2, 3});
        double[] expected = {1, -2, 3};
        double[] first = new double[3];
        double[] second = new double[3];
        try (Adam adam = new Adam(manager, List.of(parameter), spec)) {
            for (int step = 1; step <= 5; step++) {
                double[] g = {0.5 * step, -1, 1e-6};
                float[] scaled = {(float) (2 * g[0]), (float) (2 * g[1]), (float) (2 * g[2])};
                adam.step(List.of(manager.create(scaled)), 0.01, 2);
                for (int i = 0; i < 3; i++) {
                    double decayed = g[i] + spec.weightDecay() * expected[i];
                    first[i] = spec.beta1() * first[i] + (1 - spec.beta1()) * decayed;
                    second[i] = spec.beta2() * second[i] + (1 - spec.beta2()) * decayed * decayed;
                    double unbiased = Math.sqrt(second[i] / (1 - Math.pow(spec.beta2(), step))) + spec.epsilon();
                    expected[i] -= 0.01 * first[i] / (1 - Math.pow(spec.beta1(), step)) / unbiased;
                }
            }
            assertThat(adam.steps()).isEqualTo(5);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(parameter.getFloat(i)).isCloseTo((float) expected[i], within(1e-5f));
        }
    }

    @Test
    void shouldRiseFromTheFirstBatchAndFallToTheLast() {
        Schedule schedule = new Schedule(Schedule.LINEAR, 1000, 0.1, 0.2);

        assertThat(schedule.factor(0, 50)).isEqualTo(0.5);
        assertThat(schedule.factor(50, 50)).isEqualTo(1);
        assertThat(schedule.factor(750, 50)).isEqualTo(1);
        assertThat(schedule.factor(900, 50)).isEqualTo(0.5);
        assertThat(schedule.factor(950, 50)).isEqualTo(0.25);
        assertThat(schedule.factor(1000, 50)).isZero();
        assertThat(new Schedule(Schedule.LINEAR, 1000, 0, 0).factor(5000, 50)).isEqualTo(1);
    }

    @Test
    void shouldStayAtThePeakOrFollowACosineToATenth() {
        Schedule constant = new Schedule(Schedule.CONSTANT, 1000, 0.1, 0.2);
        Schedule cosine = new Schedule(Schedule.COSINE, 1000, 0.2, 0.5);

        assertThat(constant.factor(0, 50)).isEqualTo(0.5);
        assertThat(constant.factor(950, 50)).isEqualTo(1);
        assertThat(cosine.factor(0, 100)).isEqualTo(0.5);
        assertThat(cosine.factor(200, 100)).isEqualTo(1);
        assertThat(cosine.factor(600, 100)).isCloseTo(0.55, within(1e-12));
        assertThat(cosine.factor(1000, 100)).isCloseTo(0.1, within(1e-12));
        assertThat(cosine.factor(5000, 100)).isCloseTo(0.1, within(1e-12));
    }

    /** Reductions at sizes that torch divides among threads. */
    @Test
    void shouldReduceToTheSameBitsWhateverTheThreads() {
        NDArray x = uniform("x", 3001, 517);
        try (Rows rows = new Rows(manager)) {
            TestTorch.threads(1);
            float[] norms = rows.norms(x).toFloatArray();
            float[] squares = rows.squaredNorms(x).toFloatArray();
            float[] sums = rows.columnSums(x).toFloatArray();
            double norm = rows.normOf(List.of(x));
            TestTorch.threads(2);

            assertThat(rows.norms(x).toFloatArray()).containsExactly(norms);
            assertThat(rows.squaredNorms(x).toFloatArray()).containsExactly(squares);
            assertThat(rows.columnSums(x).toFloatArray()).containsExactly(sums);
            assertThat(rows.normOf(List.of(x))).isEqualTo(norm);
            assertThat(norm * norm).isCloseTo(Sums.of(rows.squaredNorms(x)), within(0.1));
            assertThat(sums[3]).isCloseTo(x.get(":, 3").sum().getFloat(), within(0.05f));
        }
    }

    @Test
    void shouldKeepRowsAtNormOneAndGradientsAcrossThem() {
        NDArray w = uniform("w", 20, 6);
        NDArray g = uniform("g", 20, 6);
        try (Rows rows = new Rows(manager)) {
            rows.makeUnit(w);
            rows.removeParallel(g, w);

            for (float norm : rows.norms(w).toFloatArray()) {
                assertThat(norm).isCloseTo(1, within(1e-6f));
            }
            for (float along : g.mul(w).sum(new int[] {1}).toFloatArray()) {
                assertThat(along).isCloseTo(0, within(1e-6f));
            }
        }
    }

    private NDArray uniform(String purpose, long... shape) {
        Shape of = new Shape(shape);
        CounterRandom random = new CounterRandom(4, purpose);
        float[] values = new float[(int) of.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.uniform(i) - 1);
        }
        return manager.create(values, of);
    }
}
