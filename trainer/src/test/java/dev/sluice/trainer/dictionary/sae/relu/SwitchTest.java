package dev.sluice.trainer.dictionary.sae.relu;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Batches;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.MemoryState;
import dev.sluice.trainer.dictionary.Specs;
import dev.sluice.trainer.dictionary.TestTorch;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.kernel.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which way an SAE goes is a function of its state and the rows. With 256 latents the limit is 4 codes per row. */
class SwitchTest {
    private static final int WIDTH = 32;
    private static final int ROWS = 128;
    private static final int LATENTS = 256;
    private static final int BATCHES = 6;

    /** So many have the sparse way select by bounds. */
    private static final int BOUNDED = 8192;

    private static final String WAY = "codes-per-row";

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** A variant, and the bias whose fall lets few latents fire. */
    record Case(VariantSpec spec, String bias, float fallen) {
        double limit() {
            return latents() / 64.0;
        }

        int latents() {
            return spec.dictionary() instanceof Standard standard ? standard.latents() : LATENTS;
        }

        /** Whether resampling brings so many latents back that the last batches are dense again. */
        boolean returns() {
            return spec.dictionary().kind().equals("p-anneal");
        }

        @Override
        public String toString() {
            return spec.dictionary().kind() + " " + latents() + " "
                    + spec.training().reference();
        }
    }

    static Stream<Case> cases() {
        TrainingSpec training = Specs.training(ROWS, 12, 1e-4);
        DictionarySpec gated = new Gated(LATENTS, 1, 0.05, SaeRules.FREE);
        return Stream.of(
                new Case(Specs.variant(Specs.standard(LATENTS), training), Parameters.ENCODER_BIAS, -0.25f),
                new Case(Specs.variant(Specs.standard(BOUNDED), training), Parameters.ENCODER_BIAS, -0.25f),
                new Case(Specs.variant(Specs.pAnneal(LATENTS, 400), training), Parameters.ENCODER_BIAS, -0.625f),
                new Case(Specs.variant(Specs.soonSparse("target-l0"), training), Parameters.ENCODER_BIAS, 0),
                new Case(Specs.variant(gated, training), GatedSae.GATE_BIAS, -0.25f),
                new Case(Specs.variant(gated, Specs.reference(training)), GatedSae.GATE_BIAS, -0.25f));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGoOnFromAnyStateThroughTheSwitchAsIfNeverInterrupted(Case made) {
        List<MemoryState> states = states(made);
        assertThat(perRow(states.get(0))).isGreaterThan(made.limit());
        assertThat(perRow(states.get(1))).isStrictlyBetween(0.5, made.limit());
        assertThat(perRow(states.get(BATCHES)) > made.limit()).isEqualTo(made.returns());

        for (int interruption = 0; interruption < BATCHES; interruption++) {
            MemoryState saved = states.get(interruption);
            try (Learner learner = Kind.of(made.spec()).restore(made.spec(), WIDTH, saved, manager)) {
                assertThat(MemoryState.of(learner)).isEqualTo(saved);
                for (int number = interruption; number < BATCHES; number++) {
                    learn(learner, number);
                }
                assertThat(MemoryState.of(learner)).isEqualTo(states.get(BATCHES));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldHaveTheSameBitsWithOneThreadAndWithTwoThroughTheSwitch(Case made) {
        TestTorch.threads(1);
        List<MemoryState> one = states(made);
        TestTorch.threads(2);

        assertThat(states(made)).isEqualTo(one);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldStartDenseFromAStateOfBeforeThereWasAChoice(Case made) {
        MemoryState old = states(made).get(2).without(WAY);
        try (Learner learner = Kind.of(made.spec()).restore(made.spec(), WIDTH, old, manager)) {
            assertThat(perRow(MemoryState.of(learner))).isEqualTo(made.latents());
            learn(learner, 2);

            assertThat(perRow(MemoryState.of(learner))).isStrictlyBetween(0.5, made.limit());
        }
    }

    /** States from before the first batch to after the last. */
    private List<MemoryState> states(Case made) {
        List<MemoryState> states = new ArrayList<>();
        MemoryState start;
        try (Learner fresh = Kind.of(made.spec()).create(made.spec(), WIDTH, manager)) {
            start = MemoryState.of(fresh).with(made.bias(), made.fallen());
        }
        try (Learner learner = Kind.of(made.spec()).restore(made.spec(), WIDTH, start, manager)) {
            states.add(MemoryState.of(learner));
            for (int number = 0; number < BATCHES; number++) {
                learn(learner, number);
                states.add(MemoryState.of(learner));
            }
        }
        return states;
    }

    private static double perRow(MemoryState state) {
        return state.doubles(WAY)[0];
    }

    private void learn(Learner learner, int number) {
        Batch batch = new Batches(manager, ROWS, WIDTH, 64, 3, 11).get(number);
        learner.learn(batch).values().forEach(made -> made.reconstructed().close());
        batch.x().close();
    }

    /** Few codes on the rows before, half the latents on these: the way is tried and left. */
    @Test
    void shouldDoABatchWithTooManyCodesDense() {
        Parameters parameters = Initialisation.tied(manager, LATENTS, WIDTH, 0.1, 7);
        StandardSae dense = new StandardSae(manager, parameters, Specs.standard(LATENTS));
        try (SwitchingSae<StandardSae.Dense> sae = new SwitchingSae<>(dense, new SparseStandard(manager, dense))) {
            MemoryState few = new MemoryState();
            few.doubles(WAY, new double[] {1});
            sae.restore(few);
            NDArray x = new Batches(manager, ROWS, WIDTH, 64, 3, 11).get(0).x();
            Scope.run(() -> {
                SwitchingSae.Taken<StandardSae.Dense> taken = sae.activate(x);

                assertThat(taken.sparse()).isNull();
                assertThat(taken.reconstructed().toFloatArray())
                        .isEqualTo(dense.activate(x).reconstructed().toFloatArray());
            });
            parameters.get(Parameters.ENCODER_BIAS).set(bias(-100));
            Scope.run(() -> {
                SwitchingSae.Taken<StandardSae.Dense> nothing = sae.activate(x);

                assertThat(nothing.sparse()).isNotNull();
                assertThat(nothing.fired().isEmpty()).isTrue();
                assertThat(nothing.codes(ROWS).active()).isZero();
                assertThat(gradients(sae, x, nothing).get(0)).containsOnly(0);
            });
        }
    }

    private static List<float[]> gradients(
            SwitchingSae<StandardSae.Dense> sae, NDArray x, SwitchingSae.Taken<StandardSae.Dense> taken) {
        Sae.Progress progress = new Sae.Progress(0, ROWS, ROWS, new DeadLatents(LATENTS, 1));
        return sae.gradients(x, taken, progress).byParameter().stream()
                .map(NDArray::toFloatArray)
                .toList();
    }

    private static float[] bias(float value) {
        float[] bias = new float[LATENTS];
        Arrays.fill(bias, value);
        return bias;
    }
}
