package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import dev.sluice.trainer.kernel.Scope;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against SAELens 6.18 (golden/sae): codes, reconstruction, losses and every gradient of one training step. */
class SaeGoldenTest {
    private static final double TOLERANCE = 2e-5;
    private static final int WIDTH = 16;
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

    @ParameterizedTest
    @ValueSource(strings = {"saelens_topk", "saelens_topk_norescale"})
    void shouldTakeTheTopKStepOfSaeLens(String name) {
        Golden golden = Golden.tensors("sae/" + name + "/train_step.safetensors");
        JsonNode expected = Golden.json("sae/" + name + "/expected.json");
        boolean rescale = name.equals("saelens_topk");
        TopK spec = TopK.of(Map.of("latents", LATENTS, "k", 6, "dead-tokens", 1, "rescale-by-decoder-norm", rescale));

        try (Scope scope = new Scope();
                TopKSae sae = new TopKSae(manager, parameters(golden, "param."), spec, true)) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            TopKSae.Selected selected = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, selected, progress(golden));

            assertClose(selected.reconstructed(), golden.floats("sae_out"));
            assertCodes(selected.codes(24), golden, rescale);
            assertThat(gradients.losses().get("sse"))
                    .isCloseTo(expected.at("/losses/mse_loss").asDouble(), within(1e-4));
            assertThat(gradients.losses().get("aux"))
                    .isCloseTo(
                            expected.at("/losses/auxiliary_reconstruction_loss").asDouble(), within(1e-4));
            assertThat(gradients.losses().get("loss"))
                    .isCloseTo(expected.at("/loss").asDouble(), within(2e-4));
            assertGradients(gradients, golden);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"saelens_topk", "saelens_topk_norescale"})
    void shouldInferTopKCodesAsSaeLens(String name) {
        Golden golden = Golden.tensors("sae/" + name + "/inference.safetensors");
        Golden weights = Golden.tensors("sae/" + name + "/sae_weights.safetensors");
        boolean rescale = name.equals("saelens_topk");
        TopK spec = TopK.of(Map.of("latents", LATENTS, "k", 6, "dead-tokens", 1, "rescale-by-decoder-norm", rescale));

        try (Scope scope = new Scope();
                TopKSae sae = new TopKSae(manager, parameters(weights, ""), spec, false)) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            TopKSae.Selected selected = sae.activate(x);

            assertClose(selected.reconstructed(), golden.floats("sae_out"));
            assertCodes(selected.codes(24), golden, weights, "", rescale);
        }
    }

    @Test
    void shouldTakeTheBatchTopKStepOfSaeLens() {
        Golden golden = Golden.tensors("sae/saelens_batchtopk/train_step.safetensors");
        JsonNode expected = Golden.json("sae/saelens_batchtopk/expected.json");

        try (Scope scope = new Scope();
                BatchTopKSae sae = batchTopK(parameters(golden, "param."))) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            BatchTopKSae.Selected selected = sae.activate(x);
            Sae.Progress progress = progress(golden);
            Sae.Gradients gradients = sae.gradients(x, selected, progress);
            sae.advance(selected, progress);

            assertCodes(CsrCodes.of(selected.trained(), 24), golden, true);
            assertLosses(gradients, expected, "aux", "auxiliary_reconstruction_loss");
            assertGradients(gradients, golden);
            MemoryState state = new MemoryState();
            sae.save(state);
            float exported = Golden.tensors("sae/saelens_batchtopk/sae_weights.safetensors")
                    .floats("threshold")[0];
            assertThat((float) state.doubles("threshold")[0]).isCloseTo(exported, within(1e-8f));
        }
    }

    @Test
    void shouldInferBatchTopKCodesByTheThresholdAsSaeLens() {
        Golden golden = Golden.tensors("sae/saelens_batchtopk/inference.safetensors");
        Golden weights = Golden.tensors("sae/saelens_batchtopk/sae_weights.safetensors");
        MemoryState state = new MemoryState();
        state.doubles("threshold", new double[] {weights.floats("threshold")[0], 1});

        try (Scope scope = new Scope();
                BatchTopKSae sae = batchTopK(parameters(weights, ""))) {
            sae.restore(state);
            Activations inferred = sae.infer(scope.keep(golden.array("x", manager), manager));

            assertClose(inferred.reconstructed(), golden.floats("sae_out"));
            assertCodes(inferred.codes(24), golden, weights, "", false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"saelens_jumprelu_step", "saelens_jumprelu_tanh"})
    void shouldTakeTheJumpReluStepOfSaeLens(String name) {
        Golden golden = Golden.tensors("sae/" + name + "/train_step.safetensors");
        JsonNode expected = Golden.json("sae/" + name + "/expected.json");
        Parameters parameters = parameters(golden, "param.")
                .with(JumpReluSae.LOG_THRESHOLD, golden.floats("param.log_threshold"), new Shape(LATENTS));

        try (Scope scope = new Scope();
                JumpReluSae sae = new JumpReluSae(manager, parameters, jumpRelu(name), true)) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            JumpReluSae.Dense dense = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, dense, progress(golden));

            assertClose(dense.reconstructed(), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, false);
            assertLosses(gradients, expected, "sparsity", "l0_loss");
            assertThat(gradients.losses().get("pre-act"))
                    .isCloseTo(expected.at("/losses/pre_act_loss").asDouble(), within(1e-9));
            assertGradients(gradients, golden);
            assertClose(gradients.byParameter().get(4), golden.floats("grad.log_threshold"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"saelens_jumprelu_step", "saelens_jumprelu_tanh"})
    void shouldInferJumpReluCodesAsSaeLens(String name) {
        Golden golden = Golden.tensors("sae/" + name + "/inference.safetensors");
        Golden weights = Golden.tensors("sae/" + name + "/sae_weights.safetensors");
        Parameters parameters =
                parameters(weights, "").with(JumpReluSae.THRESHOLD, weights.floats("threshold"), new Shape(LATENTS));

        try (Scope scope = new Scope();
                JumpReluSae sae = new JumpReluSae(manager, parameters, jumpRelu(name), false)) {
            JumpReluSae.Dense dense = sae.activate(scope.keep(golden.array("x", manager), manager));

            assertClose(dense.reconstructed(), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, weights, "", false);
        }
    }

    private static JumpRelu jumpRelu(String name) {
        boolean tanh = name.endsWith("tanh");
        return JumpRelu.of(Map.of(
                "latents",
                LATENTS,
                "sparsity-loss",
                tanh ? JumpReluSae.TANH : JumpReluSae.L0,
                "l0-coefficient",
                0.5,
                "l0-warm-up",
                0,
                "l0-target",
                16,
                "bandwidth",
                0.05,
                "initial-threshold",
                0.01,
                "pre-act-coefficient",
                tanh ? 3e-6 : 0,
                "dead-tokens",
                1));
    }

    @Test
    void shouldTakeTheGatedStepOfSaeLens() {
        Golden golden = Golden.tensors("sae/saelens_gated/train_step.safetensors");
        JsonNode expected = Golden.json("sae/saelens_gated/expected.json");
        Gated spec = new Gated(LATENTS, 0.2, 0, SaeRules.FREE);

        try (Scope scope = new Scope();
                GatedSae sae = new GatedSae(manager, gatedParameters(golden, "param."), spec, true)) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            GatedSae.Dense dense = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, dense, progress(golden));

            assertClose(dense.reconstructed(), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, false);
            assertThat(gradients.losses().get("sse"))
                    .isCloseTo(expected.at("/losses/mse_loss").asDouble(), within(1e-3));
            assertThat(gradients.losses().get("l1"))
                    .isCloseTo(expected.at("/losses/l1_loss").asDouble(), within(1e-4));
            assertThat(gradients.losses().get("aux"))
                    .isCloseTo(
                            expected.at("/losses/auxiliary_reconstruction_loss").asDouble(), within(1e-3));
            List<NDArray> g = gradients.byParameter();
            assertClose(g.get(0), golden.transposed("grad.W_enc"));
            assertClose(g.get(1), golden.floats("grad.b_gate"));
            assertClose(g.get(2), golden.floats("grad.b_mag"));
            assertClose(g.get(3), golden.floats("grad.r_mag"));
            assertClose(g.get(4), golden.floats("grad.W_dec"));
            assertClose(g.get(5), golden.floats("grad.b_dec"));
        }
    }

    @Test
    void shouldInferGatedCodesAsSaeLens() {
        Golden golden = Golden.tensors("sae/saelens_gated/inference.safetensors");
        Golden weights = Golden.tensors("sae/saelens_gated/sae_weights.safetensors");
        Gated spec = new Gated(LATENTS, 0.2, 0, SaeRules.FREE);

        try (Scope scope = new Scope();
                GatedSae sae = new GatedSae(manager, gatedParameters(weights, ""), spec, false)) {
            GatedSae.Dense dense = sae.activate(scope.keep(golden.array("x", manager), manager));

            assertClose(dense.reconstructed(), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, weights, "", false);
        }
    }

    private Parameters gatedParameters(Golden golden, String prefix) {
        Shape latents = new Shape(LATENTS);
        return new Parameters(manager)
                .with(Parameters.ENCODER, golden.transposed(prefix + "W_enc"), new Shape(LATENTS, WIDTH))
                .with(GatedSae.GATE_BIAS, golden.floats(prefix + "b_gate"), latents)
                .with(GatedSae.MAGNITUDE_BIAS, golden.floats(prefix + "b_mag"), latents)
                .with(GatedSae.LOG_SCALE, golden.floats(prefix + "r_mag"), latents)
                .with(Parameters.DECODER, golden.floats(prefix + "W_dec"), new Shape(LATENTS, WIDTH))
                .with(Parameters.DECODER_BIAS, golden.floats(prefix + "b_dec"), new Shape(WIDTH));
    }

    private BatchTopKSae batchTopK(Parameters parameters) {
        return new BatchTopKSae(
                manager,
                parameters,
                new BatchTopKSae.Selection(6, BatchTopKSae.Prefixes.none(LATENTS), true),
                new AuxK.Settings(1, 0, AuxK.SAELENS),
                true);
    }

    private static void assertLosses(Sae.Gradients gradients, JsonNode expected, String mine, String theirs) {
        assertThat(gradients.losses().get("sse"))
                .isCloseTo(expected.at("/losses/mse_loss").asDouble(), within(1e-4));
        assertThat(gradients.losses().get(mine))
                .isCloseTo(expected.at("/losses/" + theirs).asDouble(), within(1e-4));
        assertThat(gradients.losses().get("loss"))
                .isCloseTo(expected.at("/loss").asDouble(), within(2e-4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"saelens_standard_l1", "saelens_standard_l1_no_bdec_in"})
    void shouldTakeTheStandardStepOfSaeLens(String name) {
        Golden golden = Golden.tensors("sae/" + name + "/train_step.safetensors");
        JsonNode expected = Golden.json("sae/" + name + "/expected.json");

        try (Scope scope = new Scope();
                StandardSae sae = new StandardSae(manager, parameters(golden, "param."), standard(name))) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            StandardSae.Dense dense = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, dense, progress(golden));

            assertClose(dense.reconstructed(), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, false);
            assertThat(gradients.losses().get("sse"))
                    .isCloseTo(expected.at("/losses/mse_loss").asDouble(), within(1e-4));
            assertThat(gradients.losses().get("l1"))
                    .isCloseTo(expected.at("/losses/l1_loss").asDouble(), within(1e-4));
            assertThat(gradients.losses().get("loss"))
                    .isCloseTo(expected.at("/loss").asDouble(), within(2e-4));
            assertGradients(gradients, golden);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"saelens_standard_l1", "saelens_standard_l1_no_bdec_in"})
    void shouldInferStandardCodesAsSaeLens(String name) {
        Golden golden = Golden.tensors("sae/" + name + "/inference.safetensors");
        Golden weights = Golden.tensors("sae/" + name + "/sae_weights.safetensors");

        try (Scope scope = new Scope();
                StandardSae sae = new StandardSae(manager, parameters(weights, ""), standard(name))) {
            StandardSae.Dense dense = sae.activate(scope.keep(golden.array("x", manager), manager));

            assertClose(dense.reconstructed(), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, weights, "", false);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "none, none",
        "expected_average_only_in, none",
        "layer_norm, layer-norm",
        "constant_norm_rescale, constant-norm-rescale"
    })
    void shouldNormaliseTheInputAsSaeLens(String name, String normalisation) {
        Golden golden = Golden.tensors("sae/saelens_norm_" + name + "/inference.safetensors");
        Golden weights = Golden.tensors("sae/saelens_norm_" + name + "/sae_weights.safetensors");

        try (Scope scope = new Scope();
                InputScale scale = new InputScale(manager, normalisation);
                StandardSae sae = new StandardSae(manager, parameters(weights, ""), standard("saelens_standard_l1"))) {
            NDArray x = scope.keep(golden.array("x", manager), manager);
            InputScale.Normalised normalised = scale.normalise(x);
            StandardSae.Dense dense = sae.activate(normalised.x());

            assertClose(scale.undo(dense.reconstructed(), normalised), golden.floats("sae_out"));
            assertCodes(dense.codes(24), golden, weights, "", false);
        }
    }

    private static Standard standard(String name) {
        return Standard.of(Map.of(
                "latents",
                LATENTS,
                "l1-coefficient",
                0.3,
                "l1-warm-up",
                0,
                "centre-input",
                name.equals("saelens_standard_l1")));
    }

    private static void assertCodes(Codes codes, Golden golden, boolean rescaled) {
        assertCodes(codes, golden, golden, "param.", rescaled);
    }

    /** SAELens's codes carry the decoder's norm where it rescales; ours never do. */
    private static void assertCodes(Codes codes, Golden golden, Golden weights, String prefix, boolean rescaled) {
        float[] decoder = weights.floats(prefix + "W_dec");
        float[] dense = new float[24 * LATENTS];
        codes.forEachRow((row, latents, values, from, count) -> {
            for (int i = from; i < from + count; i++) {
                double norm = rescaled ? norm(decoder, latents[i]) : 1;
                dense[row * LATENTS + latents[i]] = (float) (values[i] * norm);
            }
        });
        assertClose(dense, golden.floats("feature_acts"));
    }

    private static double norm(float[] rows, int row) {
        double squares = 0;
        for (int i = row * WIDTH; i < (row + 1) * WIDTH; i++) {
            squares += (double) rows[i] * rows[i];
        }
        return Math.sqrt(squares);
    }

    private Parameters parameters(Golden golden, String prefix) {
        return new Parameters(manager)
                .with(Parameters.ENCODER, golden.transposed(prefix + "W_enc"), new Shape(LATENTS, WIDTH))
                .with(Parameters.ENCODER_BIAS, golden.floats(prefix + "b_enc"), new Shape(LATENTS))
                .with(Parameters.DECODER, golden.floats(prefix + "W_dec"), new Shape(LATENTS, WIDTH))
                .with(Parameters.DECODER_BIAS, golden.floats(prefix + "b_dec"), new Shape(WIDTH));
    }

    /** The golden's dead latents: those that did not fire in one batch. */
    private static Sae.Progress progress(Golden golden) {
        byte[] mask = golden.bytesOf("dead_neuron_mask");
        BitSet alive = new BitSet();
        for (int i = 0; i < mask.length; i++) {
            alive.set(i, mask[i] == 0);
        }
        DeadLatents dead = new DeadLatents(LATENTS, 1);
        dead.count(alive, 24);
        return new Sae.Progress(1000, 24, 1000, dead);
    }

    private static void assertGradients(Sae.Gradients gradients, Golden golden) {
        assertClose(gradients.byParameter().get(0), golden.transposed("grad.W_enc"));
        assertClose(gradients.byParameter().get(1), golden.floats("grad.b_enc"));
        assertClose(gradients.byParameter().get(2), golden.floats("grad.W_dec"));
        assertClose(gradients.byParameter().get(3), golden.floats("grad.b_dec"));
    }

    private static void assertClose(NDArray actual, float[] expected) {
        assertClose(actual.toFloatArray(), expected);
    }

    /** Within the tolerance times the largest expected value: float32 sums in another order. */
    private static void assertClose(float[] actual, float[] expected) {
        float largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual)
                .usingComparatorWithPrecision((float) (TOLERANCE * largest))
                .containsExactly(expected);
    }
}
