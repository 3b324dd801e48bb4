package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.baseline.RandomKind.Random;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind.TokenMean;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.kernel.SupportLeastSquares;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random directions and token means, by plain double loops. */
class BaselinesTest {
    private static final int WIDTH = 24;
    private static final int ROWS = 90;
    private static final int LATENTS = 70;
    private static final int K = 6;

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
    void shouldReconstructByLeastSquaresOnTheDirectionsThatRowsReachFarthestAlong() {
        Batches batches = new Batches(manager, ROWS, WIDTH, 40, 3, 5);
        try (Learner learner = learner(new Random(LATENTS, K))) {
            learn(learner, batches.get(0));
            learn(learner, batches.get(1));
            Batch batch = batches.get(2);
            double[] mean = mean(batches.get(0), batches.get(1));
            float[] atoms = atoms(learner);
            Reconstruction found = view(learner).reconstruct(batch);

            double[] centred = centred(batch.x().toFloatArray(), mean);
            double[] rest = centred(batch.x().toFloatArray(), new double[WIDTH]);
            float[] out = found.reconstructed().toFloatArray();
            Arrays.setAll(rest, i -> rest[i] - out[i]);
            found.codes().forEachRow((row, latents, values, from, count) -> {
                assertThat(Arrays.copyOfRange(latents, from, from + count))
                        .containsExactly(farthest(centred, row, atoms));
                for (int c = from; c < from + count; c++) {
                    assertThat(dot(rest, row, atoms, latents[c])).isCloseTo(0, within(1e-5));
                }
                assertThat(dot(rest, row, rest, row)).isLessThan(dot(centred, row, centred, row));
            });
            assertThat(found.codes().active()).isEqualTo((long) ROWS * K);
        }
    }

    @Test
    void shouldTakeDirectionsOfNormOneFromTheSeed() {
        DictionarySpec spec = new Random(2000, 4);
        float[] atoms;
        try (Learner learner = learner(spec);
                Learner same = learner(spec)) {
            atoms = atoms(learner);
            assertThat(atoms(same)).containsExactly(atoms);
        }
        double[] sums = new double[WIDTH];
        for (int latent = 0; latent < 2000; latent++) {
            double squares = 0;
            for (int i = 0; i < WIDTH; i++) {
                squares += (double) atoms[latent * WIDTH + i] * atoms[latent * WIDTH + i];
                sums[i] += atoms[latent * WIDTH + i];
            }
            assertThat(squares).isCloseTo(1, within(1e-6));
        }
        assertThat(Arrays.stream(sums).map(Math::abs).max().orElseThrow()).isLessThan(4 * Math.sqrt(2000.0 / WIDTH));
    }

    @Test
    void shouldGiveNoWeightToAVectorThatOthersCombineTo() {
        float[] vectors = {1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1};
        SupportLeastSquares leastSquares = new SupportLeastSquares(vectors, 3);

        float[] weights = leastSquares.solve(new float[] {2, 3, 4, 5, 6, 7}, new long[] {0, 1, 2, 3, 0, 1, 2, 3});

        assertThat(weights).containsExactly(2, 3, 0, 4, 5, 6, 0, 7);
    }

    @Test
    void shouldReconstructByTheMeanOfTheTokenOrOfAllRows() {
        Batches batches = new Batches(manager, ROWS, WIDTH, 40, 3, 5);
        int vocabulary = 30;
        try (Learner learner = learner(new TokenMean(vocabulary))) {
            learn(learner, batches.get(0));
            learn(learner, batches.get(1));
            Batch next = batches.get(2);
            double[] mean = mean(batches.get(0), batches.get(1));
            float[] out;
            try (NDArray reconstructed = view(learner).reconstruct(next).reconstructed()) {
                out = reconstructed.toFloatArray();
            }

            int unseen = 0;
            for (int row = 0; row < ROWS; row++) {
                double[] expected = meanOf(next.tokenIds().get(row), vocabulary, batches.get(0), batches.get(1));
                unseen += expected.length == 0 ? 1 : 0;
                for (int i = 0; i < WIDTH; i++) {
                    double value = expected.length == 0 ? mean[i] : expected[i];
                    assertThat((double) out[row * WIDTH + i]).isCloseTo(value, within(1e-5));
                }
            }
            assertThat(unseen).isBetween(5, ROWS - 5);
            assertThat(view(learner).reconstruct(next).codes().active()).isEqualTo(ROWS - unseen);
        }
    }

    static List<DictionarySpec> everyKind() {
        return List.of(
                new KMeans(20, 100),
                new KMeans(20, 100, KMeans.TOKEN_MEANS, 200, 150),
                new Pca(List.of(4), List.of(4)),
                new Random(40, 4),
                new TokenMean(30));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void shouldLearnAsIfSkippedRowsWereNotThere(DictionarySpec dictionary) {
        Batches batches = new Batches(manager, ROWS, WIDTH, 40, 3, 5);
        TrainingSpec training = Specs.training(ROWS, 10, 0);
        VariantSpec skipping =
                Specs.variant(dictionary, Specs.skipping(training, "first-position", "special-token", "norm-outlier"));
        VariantSpec all = Specs.variant(dictionary, training);
        try (Learner some = Kind.of(skipping).create(skipping, WIDTH, manager);
                Learner others = Kind.of(all).create(all, WIDTH, manager)) {
            for (int number = 0; number < 6; number++) {
                Batch batch = batches.get(number);
                Reconstruction reconstruction =
                        some.learn(batch).values().iterator().next();
                learn(others, rest(batch));

                assertThat(reconstruction.reconstructed().getShape().get(0)).isEqualTo(ROWS);
                assertThat(MemoryState.of(some)).isEqualTo(MemoryState.of(others));
            }
        }
    }

    @Test
    void shouldLearnNothingFromABatchOfSkippedRows() {
        float[] x = new float[ROWS * WIDTH];
        ByteBuffer classes = ByteBuffer.allocate(ROWS);
        for (int row = 0; row < ROWS; row++) {
            classes.put(row, RowClass.FIRST_POSITION.code());
        }
        for (DictionarySpec dictionary : everyKind()) {
            VariantSpec spec = Specs.variant(dictionary, Specs.skipping(Specs.training(ROWS, 10, 0), "first-position"));
            try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
                MemoryState before = MemoryState.of(learner);
                learn(learner, Batches.of(manager, x, WIDTH, 0, classes));

                assertThat(MemoryState.of(learner)).isEqualTo(before);
            }
        }
    }

    /** Those rows of a batch that are of class rest. */
    private Batch rest(Batch batch) {
        int[] rows = IntStream.range(0, ROWS)
                .filter(row -> batch.classes().get(row) == RowClass.REST.code())
                .toArray();
        float[] all = batch.x().toFloatArray();
        float[] x = new float[rows.length * WIDTH];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(all, rows[i] * WIDTH, x, i * WIDTH, WIDTH);
        }
        Batch rest = Batches.of(manager, x, WIDTH, 0);
        for (int i = 0; i < rows.length; i++) {
            rest.tokenIds().put(i, batch.tokenIds().get(rows[i]));
        }
        return rest;
    }

    /** Empty if the id has no mean. */
    private static double[] meanOf(int id, int vocabulary, Batch... batches) {
        double[] sum = new double[WIDTH];
        int count = 0;
        for (Batch batch : batches) {
            float[] x = batch.x().toFloatArray();
            for (int row = 0; row < ROWS; row++) {
                if (batch.tokenIds().get(row) == id && id < vocabulary) {
                    count++;
                    for (int i = 0; i < WIDTH; i++) {
                        sum[i] += x[row * WIDTH + i];
                    }
                }
            }
        }
        int rows = count;
        return rows == 0 ? new double[0] : Arrays.stream(sum).map(v -> v / rows).toArray();
    }

    private static double[] mean(Batch... batches) {
        double[] mean = new double[WIDTH];
        for (Batch batch : batches) {
            float[] x = batch.x().toFloatArray();
            for (int i = 0; i < x.length; i++) {
                mean[i % WIDTH] += (double) x[i] / ROWS / batches.length;
            }
        }
        return mean;
    }

    private static double[] centred(float[] x, double[] mean) {
        double[] centred = new double[x.length];
        Arrays.setAll(centred, i -> x[i] - mean[i % WIDTH]);
        return centred;
    }

    private static int[] farthest(double[] centred, int row, float[] atoms) {
        return IntStream.range(0, LATENTS)
                .boxed()
                .sorted(Comparator.comparingDouble(latent -> -Math.abs(dot(centred, row, atoms, latent))))
                .limit(K)
                .sorted()
                .mapToInt(latent -> latent)
                .toArray();
    }

    private static double dot(double[] a, int row, float[] b, int other) {
        double sum = 0;
        for (int i = 0; i < WIDTH; i++) {
            sum += a[row * WIDTH + i] * b[other * WIDTH + i];
        }
        return sum;
    }

    private static double dot(double[] a, int row, double[] b, int other) {
        double sum = 0;
        for (int i = 0; i < WIDTH; i++) {
            sum += a[row * WIDTH + i] * b[other * WIDTH + i];
        }
        return sum;
    }

    private Learner learner(DictionarySpec dictionary) {
        VariantSpec spec = Specs.variant(dictionary, Specs.training(ROWS, 10, 0));
        return Kind.of(spec).create(spec, WIDTH, manager);
    }

    private static void learn(Learner learner, Batch batch) {
        learner.learn(batch).values().forEach(r -> r.reconstructed().close());
    }

    private static Dictionary view(Learner learner) {
        return learner.views().values().iterator().next();
    }

    private static float[] atoms(Learner learner) {
        try (NDArray atoms = view(learner).atoms()) {
            return atoms.toFloatArray();
        }
    }
}
