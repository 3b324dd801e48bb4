package dev.sluice.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.TestTorch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The selection is that of computing every pre-activation, whatever the bounds. */
class BoundedTopKTest {
    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rows, weights [n, d], biases and norms, as arrays. */
    private static final class Problem {
        private final int d;
        private final float[] x;
        private final float[] w;
        private final float[] b;
        private final float[] norms;

        Problem(int d, float[] x, float[] w, float[] b, float[] norms) {
            this.d = d;
            this.x = x;
            this.w = w;
            this.b = b;
            this.norms = norms;
        }

        int rows() {
            return x.length / d;
        }

        int n() {
            return b.length;
        }

        Problem ofRow(int row) {
            return new Problem(d, Arrays.copyOfRange(x, row * d, (row + 1) * d), w, b, norms);
        }

        /** Torch's inner product of a row with each latent. */
        private float[] dots(int row) {
            long[] all = IntStream.range(0, n()).asLongStream().toArray();
            long[] rowNumbers = new long[n()];
            Arrays.fill(rowNumbers, row);
            try (NDManager own = TestTorch.manager();
                    SparseProducts products = new SparseProducts(own)) {
                NDArray number = own.create(rowNumbers);
                RaggedCodes codes = new RaggedCodes(number, number, own.create(all), number);
                NDArray weights = own.create(w, new Shape(n(), d));
                NDArray rows = own.create(x, new Shape(rows(), d));
                return products.dots(rows, weights, codes).toFloatArray();
            }
        }

        /** By the definition: every pre-activation, sorted, ties to the lower latent. */
        Selected naive(int k) {
            Selected selected = new Selected(new ArrayList<>(), new ArrayList<>());
            for (int row = 0; row < rows(); row++) {
                float[] dots = dots(row);
                Float[] all = new Float[n()];
                for (int j = 0; j < n(); j++) {
                    all[j] = (dots[j] + b[j]) * norms[j] + 0f;
                }
                for (int latent : chosen(all, k)) {
                    selected.latents().add((long) latent);
                    selected.values().add(all[latent]);
                }
            }
            return selected;
        }
    }

    /** By value, what is no number last, then by latent. */
    private static int[] chosen(Float[] all, int k) {
        return IntStream.range(0, all.length)
                .boxed()
                .sorted(Comparator.comparing((Integer j) -> all[j].isNaN())
                        .thenComparing(j -> all[j], Comparator.reverseOrder())
                        .thenComparing(j -> j))
                .limit(k)
                .mapToInt(j -> j)
                .sorted()
                .toArray();
    }

    private record Selected(List<Long> latents, List<Float> values) {
        Selected ofRow(int row, int k) {
            return new Selected(latents.subList(row * k, (row + 1) * k), values.subList(row * k, (row + 1) * k));
        }
    }

    private Selected select(Problem problem, int k) {
        try (BoundedTopK selection = new BoundedTopK(manager, tensor(problem.w, problem.d))) {
            return select(selection, problem, k);
        }
    }

    private Selected select(BoundedTopK selection, Problem problem, int k) {
        Encoder encoder =
                new Encoder(tensor(problem.w, problem.d), manager.create(problem.b), manager.create(problem.norms));
        SparseCodes codes = selection.largest(tensor(problem.x, problem.d), encoder, k);
        return new Selected(
                Arrays.stream(codes.latents().toLongArray()).boxed().toList(),
                boxed(codes.values().toFloatArray()));
    }

    private static List<Float> boxed(float[] values) {
        List<Float> boxed = new ArrayList<>();
        for (float value : values) {
            boxed.add(value);
        }
        return boxed;
    }

    private NDArray tensor(float[] values, int d) {
        return manager.create(values, new Shape(values.length / d, d));
    }

    private static Problem gaussian(int rows, int n, int d) {
        float[] norms = gaussian("norms", n, 0.1f);
        for (int j = 0; j < n; j++) {
            norms[j] += 1;
        }
        return new Problem(d, gaussian("x", rows * d, 1), gaussian("w", n * d, 0.2f), gaussian("b", n, 0.1f), norms);
    }

    private static float[] gaussian(String purpose, int count, float deviation) {
        CounterRandom random = new CounterRandom(9, purpose);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2L * i)));
            values[i] = (float) (deviation * radius * Math.cos(2 * Math.PI * random.uniform(2L * i + 1)));
        }
        return values;
    }

    /** More rows than a block, few, one; latents in whole groups and not; all lane lengths; k up to n. */
    @ParameterizedTest
    @CsvSource({
        "300, 1024, 48, 4",
        "16, 4096, 128, 8",
        "1, 4096, 64, 32",
        "40, 1000, 33, 3",
        "20, 1000, 1, 16",
        "20, 90, 7, 88",
        "20, 90, 7, 90",
        "16, 1, 5, 1"
    })
    void shouldSelectWhatComputingEveryPreActivationSelects(int rows, int n, int d, int k) {
        Problem problem = gaussian(rows, n, d);

        assertThat(select(problem, k)).isEqualTo(problem.naive(k));
    }

    /** Every seventh latent is the same one, and the others differ from each other by less than bfloat16 can tell. */
    @Test
    void shouldBreakTiesToTheLowerLatentAndTellNearlyEqualOnesApart() {
        Problem problem = gaussian(40, 700, 24);
        for (int j = 0; j < 700; j++) {
            float change = j % 7 == 0 ? 0 : 1e-6f * j;
            for (int i = 0; i < 24; i++) {
                problem.w[j * 24 + i] = problem.w[i] + change * ((i + j) % 3);
            }
        }
        Arrays.fill(problem.b, 0.25f);
        Arrays.fill(problem.norms, 1.1f);

        assertThat(select(problem, 30)).isEqualTo(problem.naive(30));
    }

    /** Rows of zeros, far off, of numbers too large or too small for products, and of none; latents of great length. */
    @Test
    void shouldSelectInRowsThatBoundsSayLittleOf() {
        Problem problem = gaussian(8, 1000, 24);
        float[] factors = {0, 1, 1e4f, 1e30f, 1e-30f, 1e-42f, Float.NaN, Float.POSITIVE_INFINITY};
        for (int i = 0; i < problem.x.length; i++) {
            int row = i / 24;
            problem.x[i] = problem.x[i] * factors[row] + (row == 1 ? 1e5f : 0);
        }
        for (int i = 0; i < 24; i++) {
            problem.w[500 * 24 + i] *= 1e9f;
            problem.w[501 * 24 + i] *= 1e-30f;
        }

        for (float bias : new float[] {-2, 0, 1e-38f}) {
            Arrays.fill(problem.b, 0, 900, bias);
            for (int row = 0; row < 8; row++) {
                Problem one = problem.ofRow(row);
                assertThat(select(one, 12)).isEqualTo(one.naive(12));
            }
        }
    }

    @Test
    void shouldSelectWhereAllIsNegative() {
        Problem problem = gaussian(20, 512, 16);
        Arrays.fill(problem.b, -50);

        assertThat(select(problem, 5)).isEqualTo(problem.naive(5));
    }

    @Test
    void shouldSelectTheSameBitsWithOneThreadOrTwoAndAloneOrAmongOthers() {
        Problem problem = gaussian(600, 2048, 64);
        TestTorch.threads(1);
        Selected one = select(problem, 16);
        TestTorch.threads(2);
        assertThat(select(problem, 16)).isEqualTo(one);

        for (int row = 0; row < 600; row += 97) {
            assertThat(select(problem.ofRow(row), 16)).isEqualTo(one.ofRow(row, 16));
        }
    }

    @Test
    void shouldTakeNewWeightsWithEveryCall() {
        Problem first = gaussian(20, 512, 16);
        float[] reversed = first.w.clone();
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = first.w[reversed.length - 1 - i];
        }
        Problem second = new Problem(16, first.x, reversed, first.b, first.norms);
        try (BoundedTopK selection = new BoundedTopK(manager, tensor(first.w, 16))) {
            assertThat(select(selection, first, 5)).isEqualTo(first.naive(5));
            assertThat(select(selection, second, 5)).isEqualTo(second.naive(5));
        }
    }

    @Test
    void shouldComputeFewPreActivations() {
        Problem problem = gaussian(64, 8192, 256);
        try (BoundedTopK selection = new BoundedTopK(manager, tensor(problem.w, 256))) {
            select(selection, problem, 16);

            assertThat(selection.computed()).isBetween(64L * 16, 64L * 40);
        }
    }
}
