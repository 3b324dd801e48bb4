package dev.sluice.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.TestTorch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found is what computing every entry finds, whatever the bounds and the guess. */
class BoundedEntriesTest {
    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private record Entry(long row, long latent, float value) {}

    /** Rows x and encoder of a gaussian problem. */
    private record Problem(NDArray x, Encoder encoder) {
        Problem scaled(float factor) {
            return new Problem(x.mul(factor), encoder);
        }
    }

    private Problem gaussian(int rows, int n, int d) {
        NDArray norms = manager.create(values("norms", n, 0.1f), new Shape(n)).add(1);
        return new Problem(
                manager.create(values("x", rows * d, 1), new Shape(rows, d)),
                new Encoder(
                        manager.create(values("w", n * d, 0.2f), new Shape(n, d)),
                        manager.create(values("b", n, 0.1f)),
                        norms));
    }

    private static float[] values(String purpose, int count, float deviation) {
        CounterRandom random = new CounterRandom(11, purpose);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2L * i)));
            values[i] = (float) (deviation * radius * Math.cos(2 * Math.PI * random.uniform(2L * i + 1)));
        }
        return values;
    }

    /** Every entry by an inner product of its own, on its own. */
    private List<Entry> naive(Problem problem, float low) {
        int rows = (int) problem.x().getShape().get(0);
        int n = (int) problem.encoder().weights().getShape().get(0);
        float[] b = problem.encoder().bias().toFloatArray();
        float[] norms = Objects.requireNonNull(problem.encoder().norms()).toFloatArray();
        List<Entry> entries = new ArrayList<>();
        try (SparseProducts products = new SparseProducts(manager)) {
            for (int row = 0; row < rows; row++) {
                long[] all = new long[n];
                Arrays.setAll(all, j -> j);
                NDArray one = problem.x().get(row + ":" + (row + 1));
                SparseCodes codes =
                        new SparseCodes(manager.create(all, new Shape(1, n)), manager.ones(new Shape(1, n)));
                float[] dots = products.dots(one, problem.encoder().weights(), products.ragged(codes))
                        .toFloatArray();
                for (int j = 0; j < n; j++) {
                    float value = (dots[j] + b[j]) * norms[j];
                    if (value > 0 && value >= low) {
                        entries.add(new Entry(row, j, value));
                    }
                }
            }
        }
        return entries;
    }

    private static List<Entry> entries(RaggedCodes codes) {
        long[] rows = codes.rows().toLongArray();
        long[] latents = codes.latents().toLongArray();
        float[] values = codes.values().toFloatArray();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            entries.add(new Entry(rows[i], latents[i], values[i]));
        }
        return entries;
    }

    private @Nullable RaggedCodes reaching(Problem problem, float low, int perRow) {
        try (BoundedEntries entries =
                new BoundedEntries(manager, problem.encoder().weights())) {
            return entries.reaching(problem.x(), problem.encoder(), low, perRow);
        }
    }

    /** More rows than a block and fewer, latents in whole groups and not, all entries and few. */
    @ParameterizedTest
    @CsvSource({"300, 256, 48, 0", "300, 256, 48, 3.5", "16, 1000, 33, 2", "1, 130, 64, 0", "70, 64, 16, 1e-3"})
    void shouldFindTheSameAsComputingEveryEntry(int rows, int n, int d, float low) {
        Problem problem = gaussian(rows, n, d);

        RaggedCodes found = Objects.requireNonNull(reaching(problem, low, n));

        assertThat(entries(found)).isNotEmpty().isEqualTo(naive(problem, low));
        long[] offsets = found.offsets().toLongArray();
        for (int row = 0; row < rows; row++) {
            int ofRow = row;
            assertThat(offsets[row])
                    .isEqualTo(entries(found).stream()
                            .filter(entry -> entry.row() < ofRow)
                            .count());
        }
    }

    @Test
    void shouldGiveOneCodeOfValueZeroIfNothingReachesTheBound() {
        RaggedCodes found = Objects.requireNonNull(reaching(gaussian(20, 128, 32), 1e6f, 128));

        assertThat(entries(found)).containsExactly(new Entry(0, 0, 0));
        assertThat(found.rowCount()).isEqualTo(20);
    }

    @Test
    void shouldRefuseABlockWithMoreEntriesThanItMayHave() {
        Problem problem = gaussian(32, 256, 32);
        int found = naive(problem, 0).size();

        assertThat(reaching(problem, 0, found / 32 + 1)).isNotNull();
        assertThat(reaching(problem, 0, found / 32 - 1)).isNull();
    }

    @Test
    void shouldRefuseNumbersThatHaveNoBounds() {
        Problem problem = gaussian(32, 256, 32);

        assertThat(reaching(problem.scaled(1e37f), 0, 256)).isNull();
        assertThat(reaching(problem.scaled(Float.NaN), 0, 256)).isNull();
    }

    /** Batches whose least are far apart make every guess wrong: too high, too low, and none. */
    @Test
    void shouldChooseTheSameWhateverTheBatchBefore() {
        Problem problem = gaussian(60, 512, 32);
        try (SparseProducts products = new SparseProducts(manager);
                ThresholdSelection selection = new ThresholdSelection(manager, products);
                BoundedThreshold bounded =
                        new BoundedThreshold(manager, problem.encoder().weights(), selection)) {
            for (float factor : new float[] {1, 1.01f, 0.5f, 4, 1e-3f, 1e37f, 1}) {
                Problem scaled = problem.scaled(factor);
                ThresholdSelection.Chosen chosen = bounded.choose(scaled.x(), scaled.encoder(), 8, 2 * factor);

                if (factor < 1e30) {
                    List<Entry> largest = naive(scaled, 0).stream()
                            .sorted((a, b) -> Float.compare(b.value(), a.value()))
                            .limit(8 * 60)
                            .toList();
                    assertThat(entries(chosen.largest())).containsExactlyInAnyOrderElementsOf(largest);
                    assertThat(chosen.least()).isEqualTo(largest.get(479).value());
                    assertThat(entries(chosen.above())).isEqualTo(naive(scaled, Math.nextUp(2 * factor)));
                    assertThat(entries(bounded.above(scaled.x(), scaled.encoder(), 2 * factor)))
                            .isEqualTo(entries(chosen.above()));
                }
            }
        }
    }

    @Test
    void shouldChooseAllPositiveOnesIfTheyAreFewerThanWanted() {
        Problem problem = gaussian(20, 64, 16);
        Encoder shifted = new Encoder(
                problem.encoder().weights(),
                problem.encoder().bias().sub(1.5f),
                problem.encoder().norms());
        Problem few = new Problem(problem.x(), shifted);
        try (SparseProducts products = new SparseProducts(manager);
                ThresholdSelection selection = new ThresholdSelection(manager, products);
                BoundedThreshold bounded = new BoundedThreshold(manager, shifted.weights(), selection)) {
            ThresholdSelection.Chosen chosen = bounded.choose(few.x(), shifted, 30, 0);

            assertThat(entries(chosen.largest())).hasSizeBetween(1, 20 * 30 - 1).isEqualTo(naive(few, 0));
        }
    }
}
