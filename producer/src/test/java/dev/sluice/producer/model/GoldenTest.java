package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every value that {@code transformers} 5.18 (torch 2.13, float32) computes, within 1e-4 absolute or 1e-5 relative. */
@NullUnmarked
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/lm");
    private static final Path WEIGHTS = Path.of("../../shared/data/weights/gpt-nano-sort");

    private static Torch torch;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        torch = Torch.start();
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt_neox_tiny, config.json, model.safetensors, b2t16",
        "gpt_neox_tiny, config.json, model.safetensors, b1t256",
        "gpt_neox_tiny, config.json, model.safetensors, b1t1",
        "gpt_neox_tiny, config.json, model.safetensors, right_padded",
        "gpt_neox_tiny, config.hub_style.json, model.safetensors, b2t16",
        "gpt_neox_tiny, config.json, model.fp16.safetensors, b2t16_weights_rounded_to_fp16",
        "gpt_neox_tiny, config.hub_style.json, model.fp16_with_old_buffers.safetensors, b2t16_weights_rounded_to_fp16",
        "gpt_neox_tiny_sequential_fullrotary, config.json, model.safetensors, b2t16",
        "gpt_neox_tiny_sequential_fullrotary, config.hub_style.json, model.safetensors, b2t16",
        "gpt2_tiny, config.json, model.safetensors, b2t16",
        "gpt2_tiny, config.json, model.safetensors, b1t128",
        "gpt2_tiny, config.json, model.safetensors, right_padded",
        "gpt2_tiny, config.json, model.hub_style_keys.safetensors, b2t16",
    })
    void shouldComputeWhatTransformersComputes(String name, String config, String weights, String batch)
            throws IOException {
        Files.copy(GOLDEN.resolve(name).resolve(config), folder.resolve("config.json"));
        Files.copy(GOLDEN.resolve(name).resolve(weights), folder.resolve("model.safetensors"));
        compare(folder, GOLDEN.resolve(name).resolve("expected_" + batch + ".safetensors"));
    }

    @Test
    void shouldReadShards() throws IOException {
        compare(GOLDEN.resolve("gpt_neox_tiny/sharded"), GOLDEN.resolve("gpt_neox_tiny/expected_b2t16.safetensors"));
    }

    @Test
    void shouldWidenBfloat16WeightsExactly() throws IOException {
        Path neox = GOLDEN.resolve("gpt_neox_tiny");
        Path narrow = Files.createDirectory(folder.resolve("narrow"));
        Path wide = Files.createDirectory(folder.resolve("wide"));
        Files.copy(neox.resolve("config.json"), narrow.resolve("config.json"));
        Files.copy(neox.resolve("config.json"), wide.resolve("config.json"));
        Files.copy(neox.resolve("model.bf16.safetensors"), narrow.resolve("model.safetensors"));
        widen(neox.resolve("model.bf16.safetensors"), wide.resolve("model.safetensors"));
        int[][] tokens = tokens(Safetensors.open(neox.resolve("expected_b2t16.safetensors")));
        try (NDManager manager = torch.manager().newSubManager();
                LanguageModel one = LanguageModel.open(narrow, manager);
                LanguageModel other = LanguageModel.open(wide, manager)) {
            assertThat(one.logits(manager, tokens).toFloatArray())
                    .isEqualTo(other.logits(manager, tokens).toFloatArray());
            // The weights differ from the float32 ones by up to 2^-9, so must the logits, but not by much more.
            Tensor expected =
                    Safetensors.open(neox.resolve("expected_b2t16.safetensors")).tensor("logits");
            assertClose("logits", one.logits(manager, tokens).toFloatArray(), expected.toFloats(), 0.1, 0);
        }
    }

    private static void widen(Path source, Path target) throws IOException {
        Safetensors file = Safetensors.open(source);
        SafetensorsWriter writer = new SafetensorsWriter();
        file.names()
                .forEach(name -> writer.tensor(Tensor.ofFloats(
                        name, file.tensor(name).toFloats(), file.tensor(name).shape())));
        writer.writeTo(target);
    }

    @ParameterizedTest
    @CsvSource({"gpt_neox_tiny", "gpt2_tiny"})
    void shouldContinueGreedilyAsTransformersDoes(String name) throws IOException {
        Path golden = GOLDEN.resolve(name);
        JsonNode greedy =
                new ObjectMapper().readTree(golden.resolve("greedy.json").toFile());
        int[] expected = ints(greedy.path("greedy_32"));
        Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
        Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        try (NDManager manager = torch.manager().newSubManager();
                LanguageModel model = LanguageModel.open(folder, manager)) {
            int[] text = ints(greedy.path("prompt"));
            while (text.length < expected.length) {
                int vocabulary = model.config().vocabulary();
                float[] logits = model.logits(manager, new int[][] {text}).toFloatArray();
                int best = 0;
                for (int v = 0; v < vocabulary; v++) {
                    int last = (text.length - 1) * vocabulary;
                    best = logits[last + v] > logits[last + best] ? v : best;
                }
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = best;
            }
            assertThat(text).isEqualTo(expected);
        }
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        Arrays.setAll(values, i -> array.get(i).intValue());
        return values;
    }

    @Test
    void shouldComputeTheTrainedSortingModelOfGptNano() throws IOException {
        Assumptions.assumeTrue(Files.exists(WEIGHTS), "needs " + WEIGHTS + ", which is not part of the repository");
        Safetensors expected = Safetensors.open(WEIGHTS.resolve("expected_partials.safetensors"));
        int[][] tokens = tokens("idx", expected);
        try (NDManager manager = torch.manager().newSubManager();
                LanguageModel model = LanguageModel.open(WEIGHTS, manager)) {
            Map<HookPoint, NDArray> actual = model.activations(manager, tokens, model.hookPoints());
            for (int layer = 0; layer < 3; layer++) {
                assertClose(
                        expected, "block" + layer, actual.get(model.hookPoint("blocks." + layer + ".hook_resid_post")));
            }
            List<String> partials = List.of("x", "yProj", "attnResid", "mlp", "mlpResid");
            List<String> hooks = List.of("resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post");
            assertThat(firstLayerHolding(expected, "mlpResid")).isBetween(0, 2);
            for (int i = 0; i < partials.size(); i++) {
                String hook = "blocks." + firstLayerHolding(expected, "mlpResid") + ".hook_" + hooks.get(i);
                assertClose(expected, partials.get(i), actual.get(model.hookPoint(hook)));
            }
            assertClose(expected, "ln_f", finalNorm(model, manager, tokens));
            assertClose(expected, "lm_head", model.logits(manager, tokens));
        }
    }

    /** The partials of one layer carry no number; it is that whose output they are. */
    private static int firstLayerHolding(Safetensors expected, String name) {
        float[] values = expected.tensor(name).toFloats();
        for (int layer = 0; layer < 3; layer++) {
            if (Arrays.equals(values, expected.tensor("block" + layer).toFloats())) {
                return layer;
            }
        }
        return -1;
    }

    private static void compare(Path model, Path expectedFile) throws IOException {
        Safetensors expected = Safetensors.open(expectedFile);
        int[][] tokens = tokens(expected);
        try (NDManager manager = torch.manager().newSubManager();
                LanguageModel language = LanguageModel.open(model, manager)) {
            Map<HookPoint, NDArray> actual = language.activations(manager, tokens, language.hookPoints());
            List<String> compared = new ArrayList<>(List.of("input_ids", "attention_mask"));
            for (HookPoint hook : language.hookPoints()) {
                String name = "layer" + hook.layer() + "." + hook.site().hook().substring("hook_".length());
                if (expected.names().contains(name)) {
                    compared.add(name);
                    assertClose(tokens, name, actual.get(hook), expected.tensor(name));
                }
            }
            HookPoint entry = language.hookPoint("blocks.0.hook_resid_pre");
            assertClose(tokens, "embed_out", actual.get(entry), expected.tensor("embed_out"));
            assertResidualsAddUp(language, actual);
            assertClose(
                    tokens, "final_norm_out", finalNorm(language, manager, tokens), expected.tensor("final_norm_out"));
            assertClose(tokens, "logits", language.logits(manager, tokens), expected.tensor("logits"));
            assertNll(tokens, language.nll(tokens), expected.tensor("nll"));
            compared.addAll(List.of("embed_out", "final_norm_out", "logits", "nll"));
            assertThat(compared).containsAll(expected.names());
        }
    }

    private static NDArray finalNorm(LanguageModel model, NDManager manager, int[][] tokens) {
        try (Predictions predictions = model.predict(tokens)) {
            return predictions.finalNorm(manager);
        }
    }

    private static void assertResidualsAddUp(LanguageModel model, Map<HookPoint, NDArray> actual) {
        for (int layer = 0; layer < model.config().layers(); layer++) {
            String name = "blocks." + layer + ".hook_";
            NDArray pre = actual.get(model.hookPoint(name + "resid_pre"));
            NDArray mid = pre.add(actual.get(model.hookPoint(name + "attn_out")));
            NDArray post = mid.add(actual.get(model.hookPoint(name + "mlp_out")));
            if (!model.config().parallelResidual()) {
                assertThat(actual.get(model.hookPoint(name + "resid_mid"))).isEqualTo(mid);
            }
            assertThat(actual.get(model.hookPoint(name + "resid_post"))).isEqualTo(post);
        }
    }

    private static int[][] tokens(Safetensors expected) {
        return tokens("input_ids", expected);
    }

    private static int[][] tokens(String name, Safetensors expected) {
        Tensor ids = expected.tensor(name);
        int time = (int) ids.shape()[1];
        int[][] tokens = new int[(int) ids.shape()[0]][];
        for (int b = 0; b < tokens.length; b++) {
            int length = time;
            if (expected.names().contains("attention_mask")) {
                long[] mask = expected.tensor("attention_mask").toLongs();
                length = (int) Arrays.stream(mask, b * time, (b + 1) * time).sum();
            }
            tokens[b] = Arrays.stream(ids.toLongs(), b * time, b * time + length)
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
        return tokens;
    }

    private static void assertClose(Safetensors expected, String name, NDArray actual) {
        assertClose(name, actual.toFloatArray(), expected.tensor(name).toFloats(), 1e-4, 1e-5);
    }

    /** Compares the values of the tokens there are; what stands behind a sequence's end means nothing. */
    private static void assertClose(int[][] tokens, String name, NDArray actual, Tensor expected) {
        assertThat(actual.getShape().getShape()).isEqualTo(expected.shape());
        int row = (int) (actual.getShape().get(1) * actual.getShape().get(2));
        float[] actualValues = actual.toFloatArray();
        float[] expectedValues = expected.toFloats();
        for (int b = 0; b < tokens.length; b++) {
            int end = b * row + tokens[b].length * (int) actual.getShape().get(2);
            assertClose(
                    name,
                    Arrays.copyOfRange(actualValues, b * row, end),
                    Arrays.copyOfRange(expectedValues, b * row, end),
                    1e-4,
                    1e-5);
        }
    }

    private static void assertNll(int[][] tokens, float[][] actual, Tensor expected) {
        float[] values = expected.toFloats();
        int row = (int) expected.shape()[1];
        for (int b = 0; b < tokens.length; b++) {
            assertClose(
                    "nll", actual[b], Arrays.copyOfRange(values, b * row, b * row + tokens[b].length - 1), 1e-4, 1e-5);
        }
    }

    private static void assertClose(String name, float[] actual, float[] expected, double absolute, double relative) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            double error = Math.abs((double) actual[i] - expected[i]);
            if (!(error <= Math.max(absolute, relative * Math.abs(expected[i])))) {
                throw new AssertionError(name + "[" + i + "] must be " + expected[i] + ", got " + actual[i]);
            }
        }
    }
}
