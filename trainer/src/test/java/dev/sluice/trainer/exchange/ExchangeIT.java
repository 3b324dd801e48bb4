package dev.sluice.trainer.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import dev.sluice.trainer.dictionary.Golden;
import dev.sluice.trainer.dictionary.PlainInference;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SaeWeights.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders of SAELens and sparsify: what is read infers as they do, what is written is read again. */
class ExchangeIT {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/sae");
    private static final Map<String, Object> METADATA = Map.of("model_name", "m", "hook_name", "blocks.0.hook_mlp_out");

    @TempDir
    private Path folder;

    static List<String> saelensFolders() {
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders.filter(each -> Files.exists(each.resolve("sae_weights.safetensors")))
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldKnowEveryGoldenFolder() {
        assertThat(saelensFolders()).hasSize(12);
    }

    @ParameterizedTest
    @MethodSource("saelensFolders")
    void shouldInferAsSaelensDoesFromItsFolderAndFromOneWrittenAgain(String name) throws IOException {
        ForeignSae read = Exchange.read(GOLDEN.resolve(name));
        assertInfersAsGolden(name, read.weights());
        assertThat(read.metadata().path("hook_name").asText()).isEqualTo("blocks.3.hook_resid_post");

        Exchange.writeSaelens(read.weights(), METADATA, folder);

        ForeignSae again = Exchange.read(folder);
        assertInfersAsGolden(name, again.weights());
        assertThat(again.metadata().path("hook_name").asText()).isEqualTo("blocks.0.hook_mlp_out");
        JsonNode config = Json.mapper().readTree(Files.readString(folder.resolve("cfg.json")));
        assertThat(config.path("metadata").path("sae_lens_version").asText()).startsWith("6.");
    }

    private static void assertInfersAsGolden(String name, SaeWeights weights) {
        Golden golden = Golden.tensors("sae/" + name + "/inference.safetensors");
        float[] codes = golden.floats("feature_acts");
        float[] reconstructed = golden.floats("sae_out");
        List<PlainInference.Row> rows = new PlainInference(weights).rows(golden.floats("x"));
        for (int row = 0; row < rows.size(); row++) {
            assertClose(rows.get(row).reconstructed(), reconstructed, row);
            if (!name.startsWith("saelens_topk") || !weights.selectsByNorm()) {
                // Where it selects by norm, SAELens's codes are multiplied by it.
                assertSameSupport(rows.get(row).codes(), codes, row);
            }
        }
    }

    private static void assertClose(double[] found, float[] expected, int row) {
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[row * found.length + i], within(1e-4));
        }
    }

    private static void assertSameSupport(double[] found, float[] expected, int row) {
        for (int j = 0; j < found.length; j++) {
            assertThat(found[j] != 0).as("row %d latent %d", row, j).isEqualTo(expected[row * found.length + j] != 0);
        }
    }

    @Test
    void shouldReadSparsifysTopK() throws IOException {
        new SafetensorsWriter()
                .tensor(Tensor.ofFloats("encoder.weight", new float[] {1, 2, 3, 4, 5, 6}, 3, 2))
                .tensor(Tensor.ofFloats("encoder.bias", new float[] {7, 8, 9}, 3))
                .tensor(Tensor.ofFloats("W_dec", new float[] {1, 0, 0, 1, 1, 1}, 3, 2))
                .tensor(Tensor.ofFloats("b_dec", new float[] {10, 11}, 2))
                .writeTo(folder.resolve("sae.safetensors"));
        Files.writeString(folder.resolve("cfg.json"), """
                {"activation": "topk", "expansion_factor": 32, "num_latents": 3, "k": 2, "d_in": 2, "transcode": false}
                """);

        SaeWeights weights = Exchange.read(folder).weights();

        assertThat(weights)
                .returns(Architecture.TOPK, SaeWeights::architecture)
                .returns(2, SaeWeights::k)
                .returns(true, SaeWeights::centresInput)
                .returns(false, SaeWeights::selectsByNorm);
        assertThat(weights.tensor(SaeWeights.ENCODER)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(weights.tensor(SaeWeights.DECODER_BIAS)).containsExactly(10, 11);
    }

    @Test
    void shouldReadTheFlatConfigurationOfOldVersions() throws IOException {
        copy("saelens_topk_norescale");
        Files.writeString(folder.resolve("cfg.json"), """
                {"d_in": 16, "d_sae": 64, "activation_fn_str": "topk", "activation_fn_kwargs": {"k": 6},
                 "model_name": "gpt2-small", "hook_point": "x", "normalize_activations": "none",
                 "model_from_pretrained_kwargs": {"center_writing_weights": true}}
                """);

        ForeignSae read = Exchange.read(folder);

        assertThat(read.weights().k()).isEqualTo(6);
        assertThat(read.centredRows()).isTrue();
        assertThat(read.metadata().path("model_name").asText()).isEqualTo("gpt2-small");
    }

    @Test
    void shouldRefuseWhatCannotBeMeasuredNamingFieldValueAndRule() throws IOException {
        copy("saelens_standard_l1");

        refuses(config -> config.put("d_sae", 1_000_000_000), "W_enc must have shape [16, 1000000000], got [16, 64]");
        refuses(config -> config.put("d_in", -1), "d_in must be a whole number of at least 1, got -1");
        refuses(config -> config.put("architecture", "transcoder"), "architecture must be one of", "got transcoder");
        refuses(config -> config.put("reshape_activations", "hook_z"), "reshape_activations must be one of none");
        refuses(config -> config.put("normalize_activations", "x"), "normalize_activations must be one of", "got x");
        refuses(config -> config.put("architecture", "topk"), "k must be a whole number of at least 1, got nothing");
        refuses(config -> config.put("architecture", "topk").put("k", 65), "k must be at most d_sae, 64, got 65");
        refuses(config -> config.put("architecture", "gated"), "tensors must be", "b_gate", "got", "b_enc");
        refuses(
                config -> config.withObject("/metadata/model_from_pretrained_kwargs")
                        .put("fold_ln", true),
                "model_from_pretrained_kwargs must be without processing other than center_writing_weights",
                "fold_ln: true");
    }

    @Test
    void shouldRefuseFoldersThatAreNone() throws IOException {
        assertThatThrownBy(() -> Exchange.read(folder))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("must be a folder with sae_weights.safetensors (SAELens) or sae.safetensors");
        Files.writeString(folder.resolve("ae.pt"), "x");
        assertThatThrownBy(() -> Exchange.read(folder))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("trainer/convert/dictionary_learning.py");
    }

    private void refuses(Consumer<ObjectNode> change, String... parts) throws IOException {
        Path file = folder.resolve("cfg.json");
        String before = Files.readString(file);
        ObjectNode config = (ObjectNode) Json.mapper().readTree(before);
        change.accept(config);
        Files.writeString(file, config.toString());

        assertThatThrownBy(() -> Exchange.read(folder))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll(parts);
        Files.writeString(file, before);
    }

    private void copy(String golden) throws IOException {
        for (String file : List.of("cfg.json", "sae_weights.safetensors")) {
            Files.copy(GOLDEN.resolve(golden).resolve(file), folder.resolve(file));
        }
    }
}
