package dev.sluice.trainer.dictionary.kmeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.TestTorch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounded search gives the answer of scoring every centre by float32 in a fixed order, found here by brute force. */
class NearestTest {
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
    @ValueSource(ints = {1, 2, 3, 7, 24, 61, 100, 128})
    void shouldAnswerAsBruteForceDoesOnRandomData(int width) {
        for (int count : new int[] {1, 63, 64, 65, 1000}) {
            for (int rows : new int[] {1, 17, 1100}) {
                assertAsBruteForce(gaussian(rows, width, 1, "rows"), gaussian(count, width, 1, "centres"), width);
            }
        }
    }

    @Test
    void shouldAnswerAsBruteForceDoesOnClusteredDataFarFromTheOrigin() {
        int width = 100;
        float[] centres = gaussian(2000, width, 0.5, "centres");
        float[] rows = gaussian(600, width, 0.2, "rows");
        CounterRandom random = new CounterRandom(1, "clusters");
        for (int row = 0; row < 600; row++) {
            add(rows, row, centres, random.below(2000, row), width);
        }
        for (int i = 0; i < rows.length; i++) {
            rows[i] += 30;
        }
        for (int i = 0; i < centres.length; i++) {
            centres[i] += 30;
        }

        assertAsBruteForce(rows, centres, width);
    }

    @Test
    void shouldAnswerAsBruteForceDoesOnDirectionsOfDecreasingVariance() {
        int width = 128;
        float[] centres = spectral(3000, width, "centres");
        float[] rows = spectral(700, width, "rows");

        assertAsBruteForce(rows, centres, width);
    }

    @Test
    void shouldAnswerAsBruteForceDoesBesideRowsAndCentresOfEnormousNorm() {
        int width = 80;
        float[] rows = gaussian(200, width, 1, "rows");
        float[] centres = gaussian(500, width, 1, "centres");
        for (int i = 0; i < width; i++) {
            rows[3 * width + i] *= 3000;
            rows[50 * width + i] *= 0x1p56f;
            centres[7 * width + i] *= 3000;
            centres[8 * width + i] *= 0x1p56f;
            centres[9 * width + i] = rows[50 * width + i];
        }

        assertAsBruteForce(rows, centres, width);
    }

    @Test
    void shouldAnswerAsBruteForceDoesWhereProductsVanish() {
        int width = 70;
        assertAsBruteForce(gaussian(100, width, 1e-20, "rows"), gaussian(200, width, 1e-20, "centres"), width);
        assertAsBruteForce(gaussian(100, width, 1e-25, "rows"), gaussian(200, width, 1e-25, "centres"), width);
        assertAsBruteForce(new float[100 * width], new float[200 * width], width);
    }

    @Test
    void shouldAnswerAsBruteForceDoesAmongCentresThatDifferByRounding() {
        int width = 96;
        float[] centres = gaussian(1500, width, 1, "centres");
        for (int c = 1; c < 1500; c++) {
            System.arraycopy(centres, 0, centres, c * width, width);
            centres[c * width + c % width] = Math.nextUp(centres[c % width]);
        }
        float[] rows = gaussian(300, width, 1e-3, "rows");
        for (int row = 0; row < 300; row++) {
            add(rows, row, centres, 0, width);
        }

        assertAsBruteForce(rows, centres, width);
    }

    @Test
    void shouldTakeTheLowestOfEqualCentres() {
        int width = 90;
        float[] distinct = gaussian(40, width, 1, "centres");
        float[] centres = new float[1000 * width];
        for (int c = 0; c < 1000; c++) {
            System.arraycopy(distinct, c % 40 * width, centres, c * width, width);
        }

        assertThat(labels(distinct, centres, width))
                .containsExactly(IntStream.range(0, 40).toArray());
        assertThat(labels(distinct, new float[500 * width], width)).containsOnly(0);
    }

    @Test
    void shouldFollowCentresThatMove() {
        int width = 100;
        float[] places = gaussian(500, width, 1, "centres");
        float[] rows = gaussian(300, width, 1, "rows");
        NDArray x = manager.create(rows, new Shape(300, width));
        Table table = new Table(places, width);
        try (Nearest nearest = table.nearest()) {
            nearest.of(x);
            int[] moved = {0, 3, 255, 499};
            float[] moves = gaussian(4, width, 0.1, "moves");
            for (int i = 0; i < 4; i++) {
                System.arraycopy(moves, i * width, places, moved[i] * width, width);
            }
            table.put(places);
            nearest.moved(moved);

            assertThat(nearest.of(x)).containsExactly(bruteForce(rows, places, width));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e20f})
    void shouldRefuseARowThatIsNotFiniteOrTooLarge(float value) {
        float[] rows = gaussian(400, 70, 1, "rows");
        rows[399 * 70 + 5] = value;
        float[] centres = gaussian(100, 70, 1, "centres");

        assertThatThrownBy(() -> labels(rows, centres, 70))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row must be finite, and its squared norm a float32; row 399 of the batch is not");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e20f})
    void shouldRefuseACentreThatIsNotFiniteOrTooLarge(float value) {
        try (Centres centres = new Centres(manager, 10, 4)) {
            assertThatThrownBy(() -> centres.replace(new int[] {7}, new float[] {0, value, 0, 0}, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a centre must be finite, and its squared norm a float32; centre 7 is not");
        }
    }

    private void assertAsBruteForce(float[] rows, float[] centres, int width) {
        assertThat(labels(rows, centres, width)).containsExactly(bruteForce(rows, centres, width));
    }

    private int[] labels(float[] rows, float[] centres, int width) {
        NDArray x = manager.create(rows, new Shape(rows.length / width, width));
        try (Nearest nearest = new Table(centres, width).nearest()) {
            return nearest.of(x);
        }
    }

    /** Centres in whole groups, as {@link Centres} keeps them. */
    private final class Table {
        private final int width;
        private final NDArray centres;
        private final NDArray halves;

        Table(float[] places, int width) {
            int count = places.length / width;
            int padded = (count + Nearest.GROUP - 1) / Nearest.GROUP * Nearest.GROUP;
            this.width = width;
            this.centres = manager.zeros(new Shape(padded, width));
            this.halves = manager.create(new Shape(padded));
            put(places);
        }

        void put(float[] places) {
            int padded = (int) halves.getShape().get(0);
            centres.set(Arrays.copyOf(places, padded * width));
            float[] all = new float[padded];
            Arrays.fill(all, Float.POSITIVE_INFINITY);
            System.arraycopy(NearestTest.halves(places, width), 0, all, 0, places.length / width);
            halves.set(all);
        }

        Nearest nearest() {
            return new BoundedNearest(manager, centres, halves);
        }
    }

    private static int[] bruteForce(float[] rows, float[] centres, int width) {
        float[] halves = halves(centres, width);
        int[] labels = new int[rows.length / width];
        for (int row = 0; row < labels.length; row++) {
            float best = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < halves.length; c++) {
                float[] products = new float[width];
                for (int i = 0; i < width; i++) {
                    products[i] = rows[row * width + i] * centres[c * width + i];
                }
                float score = pairwise(products) - halves[c];
                if (score > best) {
                    best = score;
                    labels[row] = c;
                }
            }
        }
        return labels;
    }

    private static float pairwise(float[] terms) {
        if (terms.length == 1) {
            return terms[0];
        }
        float[] folded = Arrays.copyOf(terms, (terms.length + 1) / 2);
        for (int i = folded.length; i < terms.length; i++) {
            folded[i - folded.length] += terms[i];
        }
        return pairwise(folded);
    }

    private static float[] halves(float[] centres, int width) {
        float[] halves = new float[centres.length / width];
        for (int c = 0; c < halves.length; c++) {
            double squares = 0;
            for (int i = c * width; i < (c + 1) * width; i++) {
                squares += (double) centres[i] * centres[i];
            }
            halves[c] = (float) (squares / 2);
        }
        return halves;
    }

    private static void add(float[] rows, int row, float[] others, int other, int width) {
        for (int i = 0; i < width; i++) {
            rows[row * width + i] += others[other * width + i];
        }
    }

    /** The variance of column i is 1 / (i + 3). */
    private static float[] spectral(int rows, int width, String purpose) {
        float[] values = gaussian(rows, width, 1, purpose);
        for (int i = 0; i < values.length; i++) {
            values[i] /= (float) Math.sqrt(i % width + 3);
        }
        return values;
    }

    private static float[] gaussian(int rows, int width, double scale, String purpose) {
        CounterRandom random = new CounterRandom(2, purpose);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - random.uniform(2L * i)));
            values[i] = (float) (scale * radius * Math.cos(2 * Math.PI * random.uniform(2L * i + 1)));
        }
        return values;
    }
}
