package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.AlwaysSparse;
import dev.sluice.trainer.dictionary.sae.relu.DenseSae;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealSae;
import dev.sluice.trainer.dictionary.sae.relu.SparseWays;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import dev.sluice.trainer.kernel.Scope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must not matter does not: the order of latents, the unit of the input, what skipped rows hold. */
class SymmetryTest {
    private static final int WIDTH = 32;
    private static final int ROWS = 128;
    private static final int LATENTS = 64;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** An SAE of parameters, and the names of those that it has beside encoder and decoder. */
    record Family(String name, Function<SymmetryTest, Function<Parameters, Sae<?>>> make, List<String> vectors) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Family> families() {
        AuxK.Settings aux = new AuxK.Settings(1, 0, AuxK.SAELENS);
        List<String> bias = List.of(Parameters.ENCODER_BIAS);
        return Stream.of(
                new Family("topk", t -> p -> new TopKSae(t.manager, p, Specs.topK(LATENTS, 4), false), bias),
                new Family(
                        "topk-bfloat16",
                        t -> p -> new TopKSae(t.manager, p, Specs.topK(LATENTS, 4, 0, TopK.BFLOAT16), false),
                        bias),
                new Family(
                        "batch-topk",
                        t -> p -> new BatchTopKSae(
                                t.manager,
                                p,
                                new BatchTopKSae.Selection(4, BatchTopKSae.Prefixes.none(LATENTS), true),
                                aux,
                                false),
                        bias),
                new Family("standard", t -> p -> new StandardSae(t.manager, p, Specs.standard(LATENTS)), bias),
                new Family("p-anneal", t -> p -> new PAnnealSae(t.manager, p, Specs.pAnneal(LATENTS, 0)), bias),
                new Family(
                        "jump-relu",
                        t -> p -> new JumpReluSae(t.manager, p, Specs.jumpRelu(LATENTS, "tanh"), false),
                        List.of(Parameters.ENCODER_BIAS, JumpReluSae.THRESHOLD)),
                new Family(
                        "gated",
                        t -> p -> new GatedSae(t.manager, p, new Gated(LATENTS, 1, 0, SaeRules.FREE), false),
                        List.of(GatedSae.GATE_BIAS, GatedSae.MAGNITUDE_BIAS, GatedSae.LOG_SCALE)));
    }

    static Stream<Family> sparseFamilies() {
        List<String> bias = List.of(Parameters.ENCODER_BIAS);
        return Stream.of(
                new Family(
                        "standard", t -> p -> t.sparse(new StandardSae(t.manager, p, Specs.standard(LATENTS))), bias),
                new Family(
                        "p-anneal", t -> p -> t.sparse(new PAnnealSae(t.manager, p, Specs.pAnneal(LATENTS, 0))), bias),
                new Family(
                        "jump-relu",
                        t -> p -> t.sparse(new JumpReluSae(t.manager, p, Specs.jumpRelu(LATENTS, "tanh"), false)),
                        List.of(Parameters.ENCODER_BIAS, JumpReluSae.THRESHOLD)),
                new Family(
                        "gated",
                        t -> p -> t.sparse(new GatedSae(t.manager, p, new Gated(LATENTS, 1, 0, SaeRules.FREE), false)),
                        List.of(GatedSae.GATE_BIAS, GatedSae.MAGNITUDE_BIAS, GatedSae.LOG_SCALE)));
    }

    private Sae<?> sparse(DenseSae<?> sae) {
        return new AlwaysSparse(sae, SparseWays.of(manager, sae));
    }

    @ParameterizedTest
    @MethodSource({"families", "sparseFamilies"})
    void shouldPermuteGradientsAsItsLatents(Family family) {
        int[] order = new int[LATENTS];
        for (int i = 0; i < LATENTS; i++) {
            order[i] = (i * 27 + 5) % LATENTS;
        }
        Parameters plain = parameters(family.vectors(), null);
        Parameters permuted = parameters(family.vectors(), order);

        List<float[]> expected = gradients(family.make().apply(this).apply(plain));
        List<float[]> actual = gradients(family.make().apply(this).apply(permuted));

        for (int i = 0; i < expected.size(); i++) {
            boolean perLatent =
                    i < plain.names().size() && !plain.names().get(i).equals(Parameters.DECODER_BIAS);
            float[] wanted = perLatent ? permuted(expected.get(i), order) : expected.get(i);
            assertThat(actual.get(i)).containsExactly(wanted, within(2e-4f));
        }
    }

    /** Gradients by parameter, then what was reconstructed. */
    private <A extends Activations> List<float[]> gradients(Sae<A> sae) {
        DeadLatents dead = new DeadLatents(LATENTS, 1);
        dead.count(new BitSet(), 1);
        dead.revive(BitSet.valueOf(new long[] {-1L}));
        List<float[]> found = new ArrayList<>();
        Scope.run(() -> {
            NDArray x = batches().get(0).x();
            A activations = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, activations, new Sae.Progress(0, ROWS, ROWS, dead));
            gradients.byParameter().forEach(gradient -> found.add(gradient.toFloatArray()));
            found.add(activations.reconstructed().toFloatArray());
        });
        sae.close();
        return found;
    }

    private Parameters parameters(List<String> vectors, int @Nullable [] order) {
        Parameters parameters = new Parameters(manager);
        Shape matrix = new Shape(LATENTS, WIDTH);
        parameters.with(Parameters.ENCODER, values(LATENTS * WIDTH, 0.3, "encoder", order), matrix);
        vectors.stream()
                .filter(name -> !name.equals(JumpReluSae.THRESHOLD))
                .forEach(name -> parameters.with(name, values(LATENTS, 0.2, name, order), new Shape(LATENTS)));
        parameters.with(Parameters.DECODER, values(LATENTS * WIDTH, 0.3, "decoder", order), matrix);
        parameters.with(Parameters.DECODER_BIAS, values(WIDTH, 0.2, "bias", null), new Shape(WIDTH));
        if (vectors.contains(JumpReluSae.THRESHOLD)) {
            parameters.with(JumpReluSae.THRESHOLD, values(LATENTS, 0.2, "threshold", order), new Shape(LATENTS));
        }
        return parameters;
    }

    private static float[] values(int count, double bound, String purpose, int @Nullable [] order) {
        CounterRandom random = new CounterRandom(3, purpose);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bound * (2 * random.uniform(i) - 1));
        }
        return order == null ? values : permuted(values, order);
    }

    /** Row order[i] of the values comes i-th. */
    private static float[] permuted(float[] values, int[] order) {
        int width = values.length / order.length;
        float[] permuted = new float[values.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(values, order[i] * width, permuted, i * width, width);
        }
        return permuted;
    }

    static List<VariantSpec> scaleFree() {
        TrainingSpec training = Specs.training(ROWS, 12, 3e-3);
        return Specs.everyKind().stream()
                .filter(spec -> !List.of("kmeans", "pca", "random", "token-mean")
                        .contains(spec.dictionary().kind()))
                .filter(spec -> spec.training().normalisation().equals(InputScale.EXPECTED_AVERAGE))
                .map(spec -> new VariantSpec(
                        spec.id(), spec.stream(), spec.dictionary(), Specs.skipping(training), spec.from()))
                .toList();
    }

    /** Times a power of 2, which rounds nothing. */
    @ParameterizedTest
    @MethodSource("scaleFree")
    void shouldLearnTheSameBitsInAnyUnitOfTheInput(VariantSpec spec) {
        MemoryState once = learned(spec, 1);
        MemoryState scaled = learned(spec, 8);

        assertThat(scaled.doubles("input-scale")[0]).isEqualTo(once.doubles("input-scale")[0] / 8);
        assertThat(scaled.without("input-scale")).isEqualTo(once.without("input-scale"));
    }

    @Test
    void shouldLearnTheSameBitsInAnyUnitWhereEveryRowIsRescaled() {
        TrainingSpec training = Specs.normalising(Specs.training(ROWS, 12, 3e-3), InputScale.CONSTANT_NORM);
        VariantSpec spec = Specs.variant(Specs.batchTopK(LATENTS, 4), training);

        assertThat(learned(spec, 8)).isEqualTo(learned(spec, 1));
    }

    private MemoryState learned(VariantSpec spec, float factor) {
        return learned(spec, (row, value) -> value * factor);
    }

    private interface Change {
        float of(int row, float value);
    }

    private MemoryState learned(VariantSpec spec, Change change) {
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            for (int number = 0; number < 6; number++) {
                Batch batch = batches().get(number);
                float[] x = batch.x().toFloatArray();
                for (int i = 0; i < x.length; i++) {
                    x[i] = change.of(i / WIDTH, x[i]);
                }
                Batch changed = Batches.of(manager, x, WIDTH, batch.firstToken(), classes());
                learner.learn(changed)
                        .values()
                        .forEach(made -> made.reconstructed().close());
            }
            return MemoryState.of(learner);
        }
    }

    @Test
    void shouldLearnNothingFromSkippedRows() {
        VariantSpec spec = Specs.variant(
                Specs.batchTopK(LATENTS, 4), Specs.skipping(Specs.training(ROWS, 12, 3e-3), "norm-outlier"));

        MemoryState plain = learned(spec, (row, value) -> value);
        MemoryState wild = learned(spec, (row, value) -> isOutlier(row) ? 3000 * value : value);

        assertThat(wild).isEqualTo(plain);
    }

    @Test
    void shouldMeasureSkippedRowsToo() {
        VariantSpec spec =
                Specs.variant(Specs.topK(LATENTS, 4), Specs.skipping(Specs.training(ROWS, 12, 3e-3), "norm-outlier"));
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            Batch batch = Batches.of(manager, batches().get(0).x().toFloatArray(), WIDTH, 0, classes());
            Reconstruction made = learner.learn(batch).values().iterator().next();

            assertThat(made.reconstructed().getShape()).isEqualTo(new Shape(ROWS, WIDTH));
            assertThat(made.codes().active()).isEqualTo(4L * ROWS);
        }
    }

    @Test
    void shouldOnlyMeasureABatchOfWhichTooFewRowsAreLeft() {
        VariantSpec spec =
                Specs.variant(Specs.topK(LATENTS, 4), Specs.skipping(Specs.training(ROWS, 12, 3e-3), "norm-outlier"));
        ByteBuffer outliers = ByteBuffer.allocate(ROWS);
        for (int row = 0; row < ROWS - 15; row++) {
            outliers.put(row, (byte) 3);
        }
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            Batch batch = Batches.of(manager, batches().get(0).x().toFloatArray(), WIDTH, 0, outliers);
            Reconstruction made = learner.learn(batch).values().iterator().next();

            assertThat(made.losses()).isEmpty();
            assertThat(made.reconstructed().getShape()).isEqualTo(new Shape(ROWS, WIDTH));
            assertThat(MemoryState.of(learner).longs("progress")).containsExactly(ROWS, 0);
        }
    }

    private static boolean isOutlier(int row) {
        return row % 9 == 4;
    }

    private static ByteBuffer classes() {
        ByteBuffer classes = ByteBuffer.allocate(ROWS);
        for (int row = 0; row < ROWS; row++) {
            classes.put(row, (byte) (isOutlier(row) ? 3 : 0));
        }
        return classes;
    }

    private Batches batches() {
        return new Batches(manager, ROWS, WIDTH, 64, 3, 11);
    }
}
