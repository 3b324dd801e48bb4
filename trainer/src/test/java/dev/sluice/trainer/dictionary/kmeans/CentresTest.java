package dev.sluice.trainer.dictionary.kmeans;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.Batches;
import dev.sluice.trainer.dictionary.Golden;
import dev.sluice.trainer.dictionary.MemoryState;
import dev.sluice.trainer.dictionary.TestTorch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against scikit-learn's MiniBatchKMeans (golden/sklearn), and by brute force. */
class CentresTest {
    private static final int WIDTH = 24;
    private static final int ROWS = 100;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shouldMoveAsScikitLearnsAfterEveryBatch() {
        Golden golden = Golden.tensors("sklearn/minibatch_kmeans.safetensors");
        float[] all = golden.array("Y", manager).toFloatArray();
        try (Centres centres = new Centres(manager, 7, WIDTH)) {
            centres.replace(indices(7), golden.array("init", manager).toFloatArray(), 0);
            for (int number = 0; number < 8; number++) {
                float[] x = Arrays.copyOfRange(all, number * ROWS * WIDTH, (number + 1) * ROWS * WIDTH);
                NDArray batch = manager.create(x, new Shape(ROWS, WIDTH));
                centres.update(x, centres.assign(batch));

                String prefix = "batch" + number + ".";
                assertThat(centres.assign(batch)).containsExactly(ints(golden.longs(prefix + "labels_")));
                assertThat(centres.counts()).containsExactly(golden.doubles(prefix + "counts"));
                assertThat(centres.copy().toFloatArray())
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(golden.array(prefix + "cluster_centers_", manager)
                                .toFloatArray());
            }
            int[] predicted = centres.assign(manager.create(all, new Shape(800, WIDTH)));
            assertThat(predicted).containsExactly(ints(golden.longs("predict")));
        }
    }

    @Test
    void shouldAssignEveryRowToItsNearestCentreWhateverTheNumbers() {
        for (int count : new int[] {1, 63, 64, 65, 1000}) {
            for (int rows : new int[] {1, 17, 1500}) {
                float[] points = uniform(rows, "points");
                float[] places = uniform(count, "centres");
                try (Centres centres = new Centres(manager, count, WIDTH)) {
                    centres.replace(indices(count), places, 0);

                    int[] labels = centres.assign(manager.create(points, new Shape(rows, WIDTH)));

                    assertThat(labels).hasSize(rows);
                    for (int row = 0; row < rows; row++) {
                        double nearest = distance(points, row, places, labels[row]);
                        for (int c = 0; c < count; c++) {
                            assertThat(distance(points, row, places, c)).isGreaterThan(nearest - 1e-4);
                        }
                    }
                }
            }
        }
    }

    @Test
    void shouldGoOnWithTheSameBitsAfterARestoreAndWithOneThreadWhereBoundsAreUsed() {
        int count = Centres.LEAST_BOUNDED + 9;
        float[] first = uniform(400, "first");
        float[] second = uniform(400, "second");
        try (Centres whole = new Centres(manager, count, WIDTH);
                Centres restored = new Centres(manager, count, WIDTH)) {
            whole.replace(indices(count), uniform(count, "centres"), 3);
            whole.update(first, whole.assign(manager.create(first, new Shape(400, WIDTH))));
            MemoryState saved = new MemoryState();
            whole.save(saved);
            restored.restore(saved);

            NDArray x = manager.create(second, new Shape(400, WIDTH));
            int[] expected = whole.assign(x);
            TestTorch.threads(1);
            assertThat(restored.assign(x)).containsExactly(expected);
            whole.update(second, expected);
            restored.update(second, expected);
            assertThat(restored.copy().toFloatArray())
                    .containsExactly(whole.copy().toFloatArray());
            assertThat(restored.assign(x)).containsExactly(whole.assign(x));
        }
    }

    @Test
    void shouldTakeTheLowerOfTwoEqualCentres() {
        float[] points = uniform(40, "points");
        float[] places = new float[200 * WIDTH];
        for (int c = 0; c < 200; c++) {
            System.arraycopy(points, (c % 40) * WIDTH, places, c * WIDTH, WIDTH);
        }
        try (Centres centres = new Centres(manager, 200, WIDTH)) {
            centres.replace(indices(200), places, 0);

            assertThat(centres.assign(manager.create(points, new Shape(40, WIDTH))))
                    .containsExactly(indices(40));
        }
    }

    @Test
    void shouldReassignTheEmptiestCentresToDifferentRowsOfTheBatch() {
        float[] points = uniform(10, "points");
        try (Centres centres = new Centres(manager, 20, WIDTH)) {
            centres.replace(indices(20), uniform(20, "centres"), 0);
            for (int c = 8; c < 20; c++) {
                centres.replace(new int[] {c}, new float[WIDTH], 1000.0 + c);
            }
            Reassignment reassignment = new Reassignment(3);

            assertThat(reassignment.isDue(centres.counts(), 10)).isTrue();
            assertThat(reassignment.apply(centres, points, WIDTH)).isEqualTo(5);

            assertThat(Arrays.copyOf(centres.counts(), 9)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1008);
            float[] moved = centres.copy().toFloatArray();
            int[] rows = IntStream.range(0, 5).map(c -> rowOf(points, moved, c)).toArray();
            assertThat(Arrays.stream(rows).distinct().count()).isEqualTo(5);
            assertThat(Arrays.stream(rows).min().orElseThrow()).isNotNegative();
            assertThat(rowOf(points, moved, 5)).isEqualTo(-1);
        }
    }

    @Test
    void shouldReassignAgainOnlyAfterTenRowsPerCentreOnceNoCentreIsEmpty() {
        Reassignment reassignment = new Reassignment(3);
        double[] counts = {5, 1, 9};

        assertThat(reassignment.isDue(counts, 20)).isFalse();
        assertThat(reassignment.isDue(counts, 9)).isFalse();
        assertThat(reassignment.isDue(counts, 1)).isTrue();
        assertThat(reassignment.isDue(counts, 29)).isFalse();
        assertThat(reassignment.isDue(new double[] {5, 0, 9}, 0)).isTrue();
    }

    @Test
    void shouldSeedOneCentreInEachOfTheWellSeparatedClouds() {
        float[] x = new float[400 * WIDTH];
        CounterRandom random = new CounterRandom(5, "clouds");
        for (int i = 0; i < x.length; i++) {
            int cloud = i / WIDTH % 8;
            x[i] = (float) (random.uniform(i) + (i % WIDTH == cloud ? 100 : 0));
        }
        try (GreedySeeding seeding = new GreedySeeding(manager)) {
            float[] chosen = seeding.choose(x, WIDTH, 8, new CounterRandom(9, "seeding"));

            int[] clouds =
                    IntStream.range(0, 8).map(c -> largest(chosen, c)).sorted().toArray();
            assertThat(clouds).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        }
    }

    @Test
    void shouldLeaveLessErrorThanRandomRowsDo() {
        Batches batches = new Batches(manager, 2000, WIDTH, 50, 2, 4);
        float[] x = batches.get(0).x().toFloatArray();
        try (GreedySeeding seeding = new GreedySeeding(manager)) {
            float[] chosen = seeding.choose(x, WIDTH, 60, new CounterRandom(9, "seeding"));

            assertThat(error(x, chosen)).isLessThan(0.9 * error(x, Arrays.copyOf(x, 60 * WIDTH)));
        }
    }

    @Test
    void shouldDivideALargeSeedingIntoGroupsOfBoundedCost() {
        assertThat(Seeding.groups(3 * 1024, 1024, 128)).isEqualTo(1);
        int groups = Seeding.groups(150_912, 50_304, 512);
        assertThat(groups).isBetween(20, 60);
        assertThat(GreedySeeding.cost(150_912.0 / groups, 50_304.0 / groups, 512))
                .isLessThan(1e11);
    }

    private static double error(float[] x, float[] places) {
        double sum = 0;
        for (int row = 0; row < x.length / WIDTH; row++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int c = 0; c < places.length / WIDTH; c++) {
                nearest = Math.min(nearest, distance(x, row, places, c));
            }
            sum += nearest;
        }
        return sum;
    }

    private static int largest(float[] rows, int row) {
        int best = 0;
        for (int i = 1; i < WIDTH; i++) {
            best = rows[row * WIDTH + i] > rows[row * WIDTH + best] ? i : best;
        }
        return best;
    }

    private static int rowOf(float[] points, float[] places, int centre) {
        for (int row = 0; row < points.length / WIDTH; row++) {
            if (distance(points, row, places, centre) == 0) {
                return row;
            }
        }
        return -1;
    }

    private static double distance(float[] a, int row, float[] b, int other) {
        double sum = 0;
        for (int i = 0; i < WIDTH; i++) {
            double difference = (double) a[row * WIDTH + i] - b[other * WIDTH + i];
            sum += difference * difference;
        }
        return sum;
    }

    private static float[] uniform(int rows, String purpose) {
        CounterRandom random = new CounterRandom(1, purpose);
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.uniform(i);
        }
        return values;
    }

    private static int[] indices(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    }
}
