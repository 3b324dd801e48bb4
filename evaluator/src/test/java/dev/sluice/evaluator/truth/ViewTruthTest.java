package dev.sluice.evaluator.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.producer.synthetic.Directions;
import dev.sluice.producer.synthetic.Distribution;
import dev.sluice.producer.synthetic.Support;
import dev.sluice.producer.synthetic.SyntheticSource;
import dev.sluice.producer.synthetic.SyntheticSpec;
import dev.sluice.trainer.dictionary.Batch;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ViewTruthTest {
    private static final int WIDTH = 32;
    private static final int FEATURES = 40;
    private static final int ROWS = 500;
    private static final int ACTIVE = 3;
    private static final SyntheticSpec SPEC = new SyntheticSpec(
            new SyntheticSpec.Dictionary(WIDTH, FEATURES, Directions.GAUSSIAN),
            SyntheticSpec.Firing.of(ACTIVE, Support.EXACT),
            new SyntheticSpec.Amounts(Distribution.UNIFORM, 1, 1),
            0.1,
            new SyntheticSpec.Extent(1_000, 100),
            5);
    private static final SyntheticSource SOURCE = new SyntheticSource(SPEC);

    private static Torch torch;
    private static NDManager manager;
    private static Truth truth;

    @BeforeAll
    static void start() {
        torch = Torch.start(1);
        manager = torch.manager().newSubManager();
        truth = new Truth(SPEC);
    }

    @AfterAll
    static void close() {
        manager.close();
        torch.close();
    }

    @Test
    void shouldFindAllOfAPlantedDictionaryWhateverItsOrderAndScale() {
        // Latent FEATURES - 1 - g is 3 times feature g.
        float[] atoms = new float[FEATURES * WIDTH];
        float[][] directions = SOURCE.directions();
        for (int g = 0; g < FEATURES; g++) {
            for (int i = 0; i < WIDTH; i++) {
                atoms[(FEATURES - 1 - g) * WIDTH + i] = 3 * directions[g][i];
            }
        }

        TruthFigures.View found = figures("topk", atoms, g -> FEATURES - 1 - g, 1);

        assertThat(found.found().recall()).isEqualTo(1);
        assertThat(found.found().recallMmcs()).isCloseTo(1, within(1e-6));
        assertThat(found.found().precision()).isEqualTo(1);
        assertThat(found.found().precisionMmcs()).isCloseTo(1, within(1e-6));
        assertThat(found.found().uniqueness()).isEqualTo(1);
        assertThat(found.found().mcc()).isCloseTo(1, within(1e-6));
        assertThat(found.found().pairs()).isEqualTo(FEATURES);
        assertThat(found.found().pairing()).isEqualTo("hungarian");
        assertThat(found.firing()).isEqualTo(new TruthFigures.Firing(1.0, 1.0, 1.0));
        assertThat(latents(found).alive()).isEqualTo(FEATURES);
        assertThat(latents(found).perRow()).isEqualTo(ACTIVE);
        assertThat(found.found().chance().recall()).isEqualTo(ChanceLine.medianOfLargest(WIDTH, FEATURES));
    }

    @Test
    void shouldNotTakeANegatedDirectionForTheFeature() {
        TruthFigures.View found = figures("topk", scaled(-1), g -> g, 1);

        assertThat(found.found().recall()).isZero();
        assertThat(found.found().precision()).isZero();
        assertThat(found.found().mcc()).isBetween(0.0, 0.8);
    }

    @Test
    void shouldGiveAxesBothSigns() {
        TruthFigures.View found = figures("pca", scaled(-1), g -> g, -1);

        assertThat(found.found().recall()).isEqualTo(1);
        assertThat(found.found().precision()).isEqualTo(1);
        assertThat(found.found().mcc()).isCloseTo(1, within(1e-6));
        assertThat(found.firing()).isEqualTo(new TruthFigures.Firing(1.0, 1.0, 1.0));
        assertThat(latents(found).count()).isEqualTo(2 * FEATURES);
        assertThat(latents(found).alive()).isEqualTo(FEATURES);
    }

    @Test
    void shouldTakeTheMeanFromCentres() {
        double[] mean = SOURCE.mean();
        float[] centres = scaled(2);
        for (int i = 0; i < centres.length; i++) {
            centres[i] += (float) mean[i % WIDTH];
        }

        assertThat(figures("kmeans", centres, g -> g, 1).found().recall()).isEqualTo(1);
        assertThat(figures("kmeans", centres, g -> g, 1).found().mcc()).isCloseTo(1, within(1e-5));
    }

    @Test
    void shouldCountWhatFiresAtTheWrongTime() {
        // Every latent has the direction of one feature, and the firings of the next.
        TruthFigures.View found = figures("topk", scaled(1), g -> (g + 1) % FEATURES, 1);
        long together = IntStream.range(0, ROWS)
                .mapToLong(row -> {
                    int[] support = SOURCE.support(row);
                    return Arrays.stream(support)
                            .filter(g -> Arrays.stream(support).anyMatch(h -> h == (g + 1) % FEATURES))
                            .count();
                })
                .sum();

        double share = (double) together / (ROWS * ACTIVE);
        assertThat(found.firing()).isEqualTo(new TruthFigures.Firing(share, share, share));
        assertThat(found.found().recall()).isEqualTo(1);
    }

    @Test
    void shouldNotCountTheSilentForPrecisionNorTwinsForUniqueness() {
        // Twice the features, then random directions; only the first copy of the first ten features fires.
        float[] twice = Arrays.copyOf(scaled(1), 3 * FEATURES * WIDTH);
        System.arraycopy(scaled(1), 0, twice, FEATURES * WIDTH, FEATURES * WIDTH);
        CounterRandom random = new CounterRandom(1, "noise");
        for (int i = 2 * FEATURES * WIDTH; i < twice.length; i++) {
            twice[i] = (float) random.uniform(i) - 0.5f;
        }

        TruthFigures.View found = figures("topk", twice, g -> g % 10 + (g % 20 < 10 ? 0 : FEATURES), 1);

        assertThat(found.found().recall()).isEqualTo(1);
        assertThat(found.found().precision()).isEqualTo(1);
        assertThat(latents(found).alive()).isEqualTo(20);
        assertThat(found.found().uniqueness()).isEqualTo(0.5);
        assertThat(latents(found).count()).isEqualTo(3 * FEATURES);
    }

    @Test
    void shouldPairByMutualBestWhereThereAreMany() {
        float[] many = new float[(Match.MOST_ASSIGNED + 1) * WIDTH];
        CounterRandom random = new CounterRandom(2, "noise");
        for (int i = 0; i < many.length; i++) {
            many[i] = (float) random.uniform(i) - 0.5f;
        }
        System.arraycopy(scaled(1), 0, many, 1_000 * WIDTH, FEATURES * WIDTH);

        TruthFigures.View found = figures("topk", many, g -> 1_000 + g, 1);

        assertThat(found.found().pairing()).isEqualTo("mutual-best");
        assertThat(found.found().pairs()).isEqualTo(FEATURES);
        assertThat(found.found().mcc()).isCloseTo(1, within(1e-6));
        assertThat(found.firing()).isEqualTo(new TruthFigures.Firing(1.0, 1.0, 1.0));
    }

    @Test
    void shouldSayNothingOfFiringsWithoutRows() {
        PlantedDictionary dictionary = new PlantedDictionary(manager, scaled(1), WIDTH, new long[0], new float[0]);
        TruthFigures.View found = new ViewTruth(dictionary, "topk", truth).figures();

        assertThat(found.found().recall()).isEqualTo(1);
        assertThat(found.firing()).isNull();
        assertThat(found.latents()).isNull();
    }

    private static float[] scaled(float factor) {
        float[] atoms = truth.directions().clone();
        for (int i = 0; i < atoms.length; i++) {
            atoms[i] *= factor;
        }
        return atoms;
    }

    private static TruthFigures.Latents latents(TruthFigures.View of) {
        return Objects.requireNonNull(of.latents());
    }

    private interface LatentOf {
        int feature(int g);
    }

    /** Of a dictionary whose latents fire with these features, with codes of this sign. */
    private static TruthFigures.View figures(String kind, float[] atoms, LatentOf latentOf, int sign) {
        int[][] supports = truth.supports(LongStream.range(0, ROWS).boxed());
        long[] latents = Arrays.stream(supports)
                .flatMapToLong(support ->
                        Arrays.stream(support).mapToLong(latentOf::feature).sorted())
                .toArray();
        float[] values = new float[latents.length];
        Arrays.fill(values, sign);
        Batch batch = new Batch(
                0,
                manager.create(SOURCE.rows(0, ROWS), new Shape(ROWS, WIDTH)),
                IntBuffer.allocate(ROWS),
                IntBuffer.allocate(ROWS),
                ByteBuffer.allocate(ROWS));
        ViewTruth view = new ViewTruth(new PlantedDictionary(manager, atoms, WIDTH, latents, values), kind, truth);
        view.add(batch, supports);
        return view.figures();
    }
}
