package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.AdamSpec;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.DecoderBias;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import dev.sluice.trainer.kernel.Adam;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.Sums;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 60 steps of dictionary_learning's trainers (golden/sae/trajectory_*), followed step by step. */
class TrajectoryTest {
    private static final int STEPS = 60;
    private static final int ROWS = 64;
    private static final int WIDTH = 16;
    private static final int LATENTS = 64;
    private static final List<Integer> RECORDED = List.of(0, 1, 9, 29, 59);

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
    @CsvSource({"trajectory_topk, 0.03125, 10000000", "trajectory_topk_auxk_dead_after_192_tokens, 0.125, 192"})
    void shouldFollowTheTopKTrainer(String name, double auxCoefficient, long deadTokens) {
        Golden golden = Golden.tensors("sae/" + name + ".safetensors");
        TopK spec = TopK.of(Map.of(
                "latents",
                LATENTS,
                "k",
                5,
                "aux-coefficient",
                auxCoefficient,
                "aux-normalisation",
                AuxK.OPENAI,
                "dead-tokens",
                deadTokens,
                "rescale-by-decoder-norm",
                false,
                "decoder-norm",
                SaeRules.UNIT));
        float[] firstBatch = Arrays.copyOf(data().floats("batches"), ROWS * WIDTH);
        Parameters parameters = parameters(golden, DecoderBias.of(DecoderBias.GEOMETRIC_MEDIAN, firstBatch, WIDTH));

        try (TopKSae sae = new TopKSae(manager, parameters, spec, false)) {
            follow(name, golden, sae, new DeadLatents(LATENTS, deadTokens), 1, 1);
        }
    }

    @Test
    void shouldFollowTheStandardTrainer() {
        Golden golden = Golden.tensors("sae/trajectory_standard.safetensors");
        Standard spec = Standard.of(Map.of(
                "latents", LATENTS, "l1-coefficient", 0.1, "l1-warm-up", 20.0 / STEPS, "decoder-norm", SaeRules.UNIT));

        try (StandardSae sae = new StandardSae(manager, parameters(golden, golden.floats("init.bias")), spec)) {
            follow("trajectory_standard", golden, sae, new DeadLatents(LATENTS, Long.MAX_VALUE), 0, 0);
        }
    }

    /**
     * dictionary_learning's step. Its ramps start from 0 at step 0, one batch later than ours.
     *
     * @param clipNorm 0 for none
     * @param lossTolerance 0 if the golden has no losses
     */
    private <A extends Activations> void follow(
            String name, Golden golden, Sae<A> sae, DeadLatents dead, double clipNorm, double lossTolerance) {
        JsonNode log = Golden.json("sae/" + name + ".json").get("log");
        float[] batches = data().floats("batches");
        try (Rows rows = new Rows(manager);
                Adam adam = new Adam(manager, sae.parameters().values(), AdamSpec.DEFAULT)) {
            for (int step = 0; step < STEPS; step++) {
                double rate = step == 0 ? 0 : log.get(step - 1).get("lr").asDouble();
                try (Scope scope = new Scope()) {
                    float[] batch = Arrays.copyOfRange(batches, step * ROWS * WIDTH, (step + 1) * ROWS * WIDTH);
                    NDArray x = scope.keep(manager.create(batch, new Shape(ROWS, WIDTH)), manager);
                    A activations = sae.activate(x);
                    dead.count(activations.fired(), ROWS);
                    Sae.Gradients g = sae.gradients(
                            x, activations, new Sae.Progress((step - 1L) * ROWS, ROWS, (long) STEPS * ROWS, dead));
                    rows.removeParallel(g.byParameter().get(2), decoder(sae));
                    double norm = rows.normOf(g.byParameter());
                    adam.step(g.byParameter(), rate, clipNorm > 0 ? Math.max(1, (norm + 1e-6) / clipNorm) : 1);
                    rows.makeUnit(decoder(sae));
                    if (lossTolerance > 0) {
                        double expected = log.get(step).get("loss").asDouble();
                        assertThat(g.losses().get("loss"))
                                .as("loss of step %d", step)
                                .isCloseTo(expected, within(2e-4));
                    }
                }
                assertEvaluation(sae, rows, log.get(step), step);
                if (RECORDED.contains(step)) {
                    assertParameters(golden, "after_step" + step + ".", sae.parameters());
                }
            }
        }
    }

    private <A extends Activations> void assertEvaluation(Sae<A> sae, Rows rows, JsonNode expected, int step) {
        try (Scope scope = new Scope()) {
            NDArray x = scope.keep(data().array("eval", manager), manager);
            A activations = sae.activate(x);
            double count = x.getShape().get(0);
            double sse = Sums.of(rows.squaredNorms(activations.reconstructed().sub(x))) / count;
            double[] l1 = new double[1];
            activations.codes((int) count).forEachRow((row, latents, values, from, active) -> {
                for (int i = from; i < from + active; i++) {
                    l1[0] += values[i];
                }
            });

            assertThat(sse)
                    .as("eval_mse of step %d", step)
                    .isCloseTo(expected.get("eval_mse").asDouble(), within(2e-3));
            assertThat(activations.codes((int) count).active() / count)
                    .as("eval_l0 of step %d", step)
                    .isCloseTo(expected.get("eval_l0").asDouble(), within(0.01));
            assertThat(l1[0] / count)
                    .as("eval_l1 of step %d", step)
                    .isCloseTo(expected.get("eval_l1").asDouble(), within(1e-3));
            x.close();
        }
    }

    private static void assertParameters(Golden golden, String prefix, Parameters parameters) {
        assertClose(parameters.get(Parameters.ENCODER), golden.floats(prefix + "encoder.weight"), prefix);
        assertClose(parameters.get(Parameters.ENCODER_BIAS), golden.floats(prefix + "encoder.bias"), prefix);
        assertClose(parameters.get(Parameters.DECODER), golden.transposed(prefix + "decoder.weight"), prefix);
        assertClose(parameters.get(Parameters.DECODER_BIAS), golden.floats(prefix + bias(golden)), prefix);
    }

    private static String bias(Golden golden) {
        return golden.has("init.bias") ? "bias" : "b_dec";
    }

    /** Adam divides by the root of its second moment, which magnifies float32 noise in gradients that are nearly 0. */
    private static void assertClose(NDArray actual, float[] expected, String what) {
        assertThat(actual.toFloatArray())
                .as(what)
                .usingComparatorWithPrecision(1e-3f)
                .containsExactly(expected);
    }

    private Parameters parameters(Golden golden, float[] decoderBias) {
        return new Parameters(manager)
                .with(Parameters.ENCODER, golden.floats("init.encoder.weight"), new Shape(LATENTS, WIDTH))
                .with(Parameters.ENCODER_BIAS, golden.floats("init.encoder.bias"), new Shape(LATENTS))
                .with(Parameters.DECODER, golden.transposed("init.decoder.weight"), new Shape(LATENTS, WIDTH))
                .with(Parameters.DECODER_BIAS, decoderBias, new Shape(WIDTH));
    }

    private static NDArray decoder(Sae<?> sae) {
        return sae.parameters().get(Parameters.DECODER);
    }

    private static Golden data() {
        return Golden.tensors("sae/trajectory_data.safetensors");
    }
}
