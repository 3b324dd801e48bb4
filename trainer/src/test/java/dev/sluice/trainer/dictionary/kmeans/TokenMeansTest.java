package dev.sluice.trainer.dictionary.kmeans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.TestTorch;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** K-means for vocabularies: centres seeded by token ids, dead centres split, rows forgotten; by brute force. */
class TokenMeansTest {
    private static final int WIDTH = 6;
    private static final int VOCABULARY = 40;
    private static final int SEED = 4;

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
    void shouldBeginAtTheMeansOfTokenIdsAndUnseenOnesAtDifferentRows() {
        float[] x = uniform(300);
        int[] ids = IntStream.range(0, 300).map(row -> row * row % 57).toArray();
        try (Centres centres = new Centres(manager, VOCABULARY, WIDTH);
                TokenMeans means = new TokenMeans(manager, centres, 250, WIDTH, SEED)) {
            for (int batch = 0; batch < 3; batch++) {
                float[] rows = Arrays.copyOfRange(x, batch * 100 * WIDTH, (batch + 1) * 100 * WIDTH);

                assertThat(means.add(rows, IntBuffer.wrap(ids, batch * 100, 100)))
                        .isEqualTo(batch == 2);
            }

            float[] places = centres.copy().toFloatArray();
            List<Integer> rowsOfUnseen = new ArrayList<>();
            for (int v = 0; v < VOCABULARY; v++) {
                int id = v;
                int[] rows =
                        IntStream.range(0, 300).filter(row -> ids[row] == id).toArray();
                assertThat(centres.counts()[v]).isEqualTo(Math.max(1, rows.length));
                if (rows.length == 0) {
                    rowsOfUnseen.add(rowOf(x, places, v));
                } else {
                    assertPlace(places, v, mean(x, rows));
                }
            }
            assertThat(rowsOfUnseen).isNotEmpty().doesNotContain(-1).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldKeepRowsForUnseenTokensFromAllOfTheFirstRows() {
        double[] places = new double[400];
        for (int seed = 0; seed < 400; seed++) {
            float[] x = new float[200];
            for (int i = 0; i < x.length; i++) {
                x[i] = i;
            }
            try (Centres centres = new Centres(manager, 10, 1);
                    TokenMeans means = new TokenMeans(manager, centres, 200, 1, seed)) {
                means.add(x, IntBuffer.wrap(IntStream.range(0, 200).map(i -> 99).toArray()));
                places[seed] = centres.copy().toFloatArray()[3];
            }
        }

        assertThat(Arrays.stream(places).average().orElseThrow()).isCloseTo(99.5, within(10.0));
        assertThat(Arrays.stream(places).filter(p -> p < 20).count()).isBetween(20L, 65L);
    }

    @Test
    void shouldMoveDeadCentresToRowsFarFromTheirCentre() {
        float[] x = new float[20 * WIDTH];
        x[3 * WIDTH] = 5;
        x[8 * WIDTH + 1] = 7;
        try (Centres centres = new Centres(manager, 4, WIDTH)) {
            float[] places = new float[4 * WIDTH];
            Arrays.fill(places, WIDTH, 4 * WIDTH, 100);
            centres.replace(new int[] {0, 1, 2, 3}, places, 0);
            centres.replace(new int[] {0}, new float[WIDTH], 1e9);
            DeadCentres care = new DeadCentres(SEED, 40);
            int[] labels = new int[20];
            labels[19] = 2;

            care.update(centres, x, labels);
            assertThat(centres.counts()).containsExactly(1e9 + 19, 0, 1, 0);
            care.update(centres, x, labels);

            assertThat(centres.counts()).containsExactly(1e9 + 38, 1, 2, 1);
            float[] moved = centres.copy().toFloatArray();
            assertThat(new int[] {rowOf(x, moved, 1), rowOf(x, moved, 3)}).containsExactlyInAnyOrder(3, 8);
            care.update(centres, x, labels);
            assertThat(centres.counts()).containsExactly(1e9 + 57, 1, 3, 1);
        }
    }

    @Test
    void shouldDrawRowsInProportionToTheirWeights() {
        int[] first = new int[3];
        CounterRandom random = new CounterRandom(1, "test");
        for (int i = 0; i < 3000; i++) {
            int[] drawn = DistinctDraw.weighted(random, 4L * i, new double[] {1, 2, 0, 3}, 9);
            assertThat(drawn).containsExactlyInAnyOrder(0, 1, 3);
            first[drawn[0] == 3 ? 2 : drawn[0]]++;
        }

        assertThat(first[0]).isBetween(420, 580);
        assertThat(first[1]).isBetween(900, 1100);
        assertThat(first[2]).isBetween(1380, 1620);
    }

    @Test
    void shouldWeighRowsByHowLongAgoTheyWere() {
        try (Centres centres = new Centres(manager, 1, 1)) {
            centres.update(new float[] {8}, new int[1]);
            centres.forget(0.5);
            centres.update(new float[] {2}, new int[1]);

            assertThat(centres.counts()).containsExactly(1.5);
            assertThat(centres.copy().toFloatArray()).containsExactly((8 * 0.5f + 2) / 1.5f);
        }
    }

    private static double[] mean(float[] x, int[] rows) {
        double[] mean = new double[WIDTH];
        for (int row : rows) {
            for (int i = 0; i < WIDTH; i++) {
                mean[i] += (double) x[row * WIDTH + i] / rows.length;
            }
        }
        return mean;
    }

    private static void assertPlace(float[] places, int centre, double[] expected) {
        for (int i = 0; i < WIDTH; i++) {
            assertThat((double) places[centre * WIDTH + i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    private static int rowOf(float[] x, float[] places, int centre) {
        return IntStream.range(0, x.length / WIDTH)
                .filter(row ->
                        IntStream.range(0, WIDTH).allMatch(i -> x[row * WIDTH + i] == places[centre * WIDTH + i]))
                .findFirst()
                .orElse(-1);
    }

    private static float[] uniform(int rows) {
        CounterRandom random = new CounterRandom(1, "rows");
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.uniform(i);
        }
        return values;
    }
}
