package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.baseline.RandomKind.Random;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind.TokenMean;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.measure.Scorer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The state of every kind is a function of spec and rows: not of threads, and not of interruptions. */
class KindStateTest {
    private static final int WIDTH = 32;
    private static final int ROWS = 128;
    private static final int BATCHES = 12;

    private NDManager manager;
    private Batches batches;

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
        batches = batches(manager);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static List<VariantSpec> everyKind() {
        return Specs.everyKind();
    }

    /** Large enough to be selected by bounds. */
    static List<VariantSpec> kindsWithBounds() {
        TrainingSpec training = Specs.training(ROWS, BATCHES, 3e-3);
        return List.of(
                Specs.variant(Specs.topK(8200, 8), training),
                Specs.variant(Specs.batchTopK(8200, 8), training),
                Specs.variant(Specs.matryoshka(8192, 8), training));
    }

    /** Large enough for torch to divide its work, and no multiple of what it divides by. */
    static List<VariantSpec> everyKindAtTheSamplesSize() {
        TrainingSpec training = Specs.training(1000, 4, 3e-3);
        return List.of(
                Specs.variant(Specs.topK(1024, 16), training),
                Specs.variant(Specs.topKWithAux(1023, 16, AuxK.SAELENS, 1000), training),
                Specs.variant(Specs.topKWithAux(1024, 16, AuxK.OPENAI, 1000), training),
                Specs.variant(Specs.topK(1023, 16, 0.125, TopK.BFLOAT16), training),
                Specs.variant(Specs.batchTopK(1024, 16), training),
                Specs.variant(Specs.matryoshka(1000, 16), training),
                Specs.variant(Specs.standard(1023), training),
                Specs.variant(Specs.jumpRelu(1023, "tanh"), Specs.normalising(training, InputScale.LAYER_NORM)),
                Specs.variant(Specs.pAnneal(1000, 2000), training),
                Specs.variant(Specs.topK(1024, 16), Specs.skipping(training, "first-position")),
                Specs.variant(new Gated(1000, 1, 0, SaeRules.FREE), training),
                Specs.variant(new KMeansLatent(1000, 16, 300, 0.25, 0, 9000), training),
                Specs.variant(new KMeans(300, 0), training),
                Specs.variant(new KMeans(300, 2000, KMeans.TOKEN_MEANS, 900, 0), training),
                Specs.variant(new Random(1023, 16), training),
                Specs.variant(new TokenMean(400), training),
                Specs.variant(new Pca(List.of(8), List.of(8)), training));
    }

    @ParameterizedTest
    @MethodSource("everyKindAtTheSamplesSize")
    void shouldHaveTheSameBitsWithOneThreadAndWithTwoAtTheSamplesSize(VariantSpec spec) {
        TestTorch.threads(1);
        MemoryState one = stateAtTheSamplesSize(spec);
        TestTorch.threads(2);
        MemoryState two = stateAtTheSamplesSize(spec);

        assertThat(two).isEqualTo(one);
    }

    private MemoryState stateAtTheSamplesSize(VariantSpec spec) {
        Batches batches = new Batches(manager, 1000, 126, 512, 8, 5);
        try (Learner learner = Kind.of(spec).create(spec, 126, manager)) {
            for (int number = 0; number < 4; number++) {
                learner.learn(batches.get(number));
            }
            return MemoryState.of(learner);
        }
    }

    /** What was measured on each batch, and the state after the last. */
    private record Course(List<Map<String, Measured>> measured, MemoryState state) {}

    private record Measured(BatchStatistics statistics, Map<String, Double> losses) {}

    @ParameterizedTest
    @MethodSource({"everyKind", "kindsWithBounds"})
    void shouldHaveTheSameBitsWithOneThreadAndWithTwo(VariantSpec spec) {
        TestTorch.threads(1);
        Course one = course(spec, BATCHES);
        TestTorch.threads(2);
        Course two = course(spec, BATCHES);

        assertThat(two.state()).isEqualTo(one.state());
        assertThat(two.measured()).isEqualTo(one.measured());
    }

    @ParameterizedTest
    @MethodSource({"everyKind", "kindsWithBounds"})
    void shouldGoOnFromAnySavedStateAsIfNeverInterrupted(VariantSpec spec) {
        Course whole = course(spec, BATCHES);

        List<Map<String, Measured>> measured = new ArrayList<>();
        int from = 0;
        Learner learner = Kind.of(spec).create(spec, WIDTH, manager);
        for (int interruption : List.of(0, 1, 2, 7)) {
            measured.addAll(learn(learner, from, interruption));
            MemoryState saved = MemoryState.of(learner);
            learner.close();
            learner = Kind.of(spec).restore(spec, WIDTH, saved, manager);
            assertThat(MemoryState.of(learner))
                    .as("after %d batches", interruption)
                    .isEqualTo(saved);
            from = interruption;
        }
        measured.addAll(learn(learner, from, BATCHES));

        assertThat(MemoryState.of(learner)).isEqualTo(whole.state());
        assertThat(measured).isEqualTo(whole.measured());
        learner.close();
    }

    @ParameterizedTest
    @MethodSource({"everyKind", "kindsWithBounds"})
    void shouldReconstructAFrozenViewAsTheNextBatchIsReconstructedBeforeItsUpdate(VariantSpec spec) {
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            learn(learner, 0, 5);
            Batch next = batches.get(5);
            Map<String, BatchStatistics> frozen = new LinkedHashMap<>();
            learner.views().forEach((name, view) -> {
                Reconstruction reconstruction = view.reconstruct(next);
                frozen.put(name, Scorer.score(next, reconstruction));
                assertThat(reconstruction.losses()).isEmpty();
                reconstruction.reconstructed().close();
            });
            Map<String, BatchStatistics> learned = new LinkedHashMap<>();
            learner.learn(next).forEach((name, r) -> learned.put(name, Scorer.score(next, r)));

            assertThat(learned).isEqualTo(frozen);
        }
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void shouldReconstructFromCodesAndAtoms(VariantSpec spec) {
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            learn(learner, 0, 6);
            Batch few = Batches.of(manager, firstRows(5), WIDTH, 0);
            learner.views().forEach((name, view) -> {
                Reconstruction r = view.reconstruct(few);
                NDArray atoms = view.atoms();
                assertThat(atoms.getShape().get(0)).isEqualTo(view.size().latents());
                assertThat(atoms.norm(new int[] {1})
                                .sub(r.atomNorms())
                                .abs()
                                .max()
                                .getFloat())
                        .isLessThan(1e-4f);
                assertThat(rows(r.codes())).isEqualTo(5);
                if (!hasAnOffsetPerRow(spec)) {
                    assertDecodes(r, atoms.toFloatArray());
                }
                atoms.close();
                r.reconstructed().close();
            });
        }
    }

    private static boolean hasAnOffsetPerRow(VariantSpec spec) {
        return List.of(InputScale.LAYER_NORM, InputScale.CONSTANT_NORM)
                .contains(spec.training().normalisation());
    }

    /** x̂ minus the sum of atoms is the same offset, b_dec or mean, for every row. */
    private static void assertDecodes(Reconstruction r, float[] atoms) {
        float[] rest = r.reconstructed().toFloatArray();
        r.codes().forEachRow((row, latents, values, from, count) -> {
            for (int i = from; i < from + count; i++) {
                for (int j = 0; j < WIDTH; j++) {
                    rest[row * WIDTH + j] -= values[i] * atoms[latents[i] * WIDTH + j];
                }
            }
        });
        for (int i = WIDTH; i < rest.length; i++) {
            assertThat(rest[i]).isCloseTo(rest[i % WIDTH], org.assertj.core.api.Assertions.within(1e-3f));
        }
    }

    private static int rows(Codes codes) {
        int[] rows = new int[1];
        codes.forEachRow((row, latents, values, from, count) -> {
            assertThat(row).isEqualTo(rows[0]);
            for (int i = from + 1; i < from + count; i++) {
                assertThat(latents[i]).isGreaterThan(latents[i - 1]);
            }
            rows[0]++;
        });
        return rows[0];
    }

    private float[] firstRows(int count) {
        float[] all = batches.get(6).x().toFloatArray();
        return java.util.Arrays.copyOf(all, count * WIDTH);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void shouldNameWhatASavedStateLacks(VariantSpec spec) {
        String lacking =
                "kmeans pca random token-mean".contains(spec.dictionary().kind()) ? "rows" : "progress";
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            MemoryState saved = MemoryState.of(learner).without(lacking);

            assertThatThrownBy(() -> Kind.of(spec).restore(spec, WIDTH, saved, manager))
                    .hasMessageContaining(lacking);
        }
    }

    private Course course(VariantSpec spec, int batches) {
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            return new Course(learn(learner, 0, batches), MemoryState.of(learner));
        }
    }

    private List<Map<String, Measured>> learn(Learner learner, int from, int to) {
        List<Map<String, Measured>> measured = new ArrayList<>();
        for (int number = from; number < to; number++) {
            Batch batch = batches.get(number);
            Map<String, Measured> byView = new LinkedHashMap<>();
            learner.learn(batch).forEach((name, r) -> {
                byView.put(name, new Measured(Scorer.score(batch, r), r.losses()));
                r.reconstructed().close();
            });
            batch.x().close();
            measured.add(byView);
        }
        return measured;
    }

    private static Batches batches(NDManager manager) {
        return new Batches(manager, ROWS, WIDTH, 64, 3, 11);
    }
}
