package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The model continued from a replaced {@code resid_post}, as {@code transformers} 5.18 (torch 2.13, float32) computes it:
 * identity, zero, the mean, and a projection {@code x_hat} to rank 8.
 */
@NullUnmarked
class SpliceGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/lm");
    private static final double RELATIVE = 1e-5;

    private static Torch torch;

    @BeforeAll
    static void start() {
        torch = Torch.start();
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    @ParameterizedTest
    @CsvSource({"gpt2_tiny", "gpt_neox_tiny"})
    void shouldContinueAndDifferentiateAsTransformersDoes(String name) throws IOException {
        Path golden = GOLDEN.resolve(name);
        Safetensors expected = Safetensors.open(golden.resolve("splice.safetensors"));
        JsonNode measures =
                new ObjectMapper().readTree(golden.resolve("splice.json").toFile());
        int[][] tokens = tokens(expected.tensor("input_ids"));
        try (NDManager manager = torch.manager().newSubManager();
                LanguageModel model = LanguageModel.open(golden, manager);
                Predictions original = model.predict(tokens)) {
            HookPoint hook = model.hookPoint("blocks." + measures.path("layer").intValue() + ".hook_resid_post");
            NDArray x = array(manager, expected.tensor("x"));
            NDArray mean = array(manager, expected.tensor("mean")).broadcast(x.getShape());
            assertClose("x", model.activations(manager, tokens, hook), expected.tensor("x"));
            for (Replacement each : new Replacement[] {
                new Replacement("orig", x),
                new Replacement("zero", x.zerosLike()),
                new Replacement("mean", mean),
                new Replacement("hat", array(manager, expected.tensor("x_hat")))
            }) {
                try (Continuation continuation = model.continueFrom(hook, each.values, tokens);
                        Predictions predictions = continuation.predict()) {
                    assertClose(each.name, predictions.logits(manager), expected.tensor("logits_" + each.name));
                    assertMeasures(predictions.compareWith(original), measures.path(each.name));
                    if (each.name.equals("hat")) {
                        assertClose(
                                "CE",
                                continuation.gradient(manager, LogitScalar.meanNll()),
                                expected.tensor("dce_dx_hat"));
                        assertClose(
                                "KL",
                                continuation.gradient(manager, LogitScalar.meanKl(original)),
                                expected.tensor("dkl_dx_hat"));
                    }
                }
            }
        }
    }

    private record Replacement(String name, NDArray values) {}

    private static void assertMeasures(Comparison actual, JsonNode expected) {
        // Scored positions have a next token: all but the last.
        assertClose("ce", mean(actual.nll(), 0), expected.path("ce_mean").doubleValue());
        assertClose(
                "kl",
                mean(actual.kl(), 0),
                expected.path("kl_orig_run_mean_all_positions").doubleValue());
        assertClose(
                "scored kl",
                mean(actual.kl(), 1),
                expected.path("kl_mean_scored_positions").doubleValue());
        assertThat(mean(actual.agreement(), 1))
                .isCloseTo(expected.path("top1_agreement_scored").doubleValue(), within(1e-9));
    }

    private static double mean(float[][] values, int without) {
        return Arrays.stream(values)
                .flatMapToDouble(row -> IntStream.range(0, row.length - without).mapToDouble(i -> row[i]))
                .average()
                .orElseThrow();
    }

    private static void assertClose(String name, double actual, double expected) {
        // 1e-6 nat: the KL of two computations of the same distribution in float32.
        assertThat(actual).as(name).isCloseTo(expected, within(Math.max(1e-6, RELATIVE * expected)));
    }

    /** Relative to the largest value: small ones are differences of large ones. */
    private static void assertClose(String name, NDArray actual, Tensor expected) {
        assertThat(actual.getShape()).isEqualTo(new Shape(expected.shape()));
        float[] actualValues = actual.toFloatArray();
        float[] expectedValues = expected.toFloats();
        double scale = 0;
        for (float value : expectedValues) {
            scale = Math.max(scale, Math.abs(value));
        }
        double worst = 0;
        for (int i = 0; i < expectedValues.length; i++) {
            worst = Math.max(worst, Math.abs((double) actualValues[i] - expectedValues[i]) / scale);
        }
        assertThat(worst).as(name).isLessThan(RELATIVE);
    }

    private static NDArray array(NDManager manager, Tensor tensor) {
        return manager.create(tensor.toFloats(), new Shape(tensor.shape()));
    }

    private static int[][] tokens(Tensor ids) {
        int time = (int) ids.shape()[1];
        int[][] tokens = new int[(int) ids.shape()[0]][];
        for (int b = 0; b < tokens.length; b++) {
            tokens[b] = Arrays.stream(ids.toLongs(), b * time, (b + 1) * time)
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
        return tokens;
    }
}
