package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class ModelFolderTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/lm");
    private static final Path NEOX = GOLDEN.resolve("gpt_neox_tiny");
    private static final String QKV = "gpt_neox.layers.0.attention.query_key_value.weight";

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

    private void open() {
        LanguageModel.open(folder, torch.manager()).close();
    }

    private void copy(Path source, String name) throws IOException {
        Files.copy(source, folder.resolve(name));
    }

    /** The tiny GPT-NeoX with its tensors changed. */
    private void write(Consumer<Map<String, Tensor>> change) throws IOException {
        copy(NEOX.resolve("config.json"), "config.json");
        Safetensors file = Safetensors.open(NEOX.resolve("model.safetensors"));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        file.names().forEach(name -> tensors.put(name, file.tensor(name)));
        change.accept(tensors);
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.values().forEach(writer::tensor);
        writer.writeTo(folder.resolve("model.safetensors"));
    }

    private void assertRefused(String... parts) {
        var refusal = assertThatThrownBy(this::open).isInstanceOf(ModelException.class);
        for (String part : parts) {
            refusal.hasMessageContaining(part);
        }
    }

    @Test
    void shouldReadTheConfigurationsOfOldAndNewTransformersAlike() throws IOException {
        copy(NEOX.resolve("config.json"), "config.json");
        ModelConfig config = ModelConfig.read(folder);
        Files.delete(folder.resolve("config.json"));
        copy(NEOX.resolve("config.hub_style.json"), "config.json");

        assertThat(ModelConfig.read(folder)).isEqualTo(config);
        assertThat(config.layer().rotaryDimensions()).isEqualTo(4);
        assertThat(config.bosId()).isEqualTo(OptionalInt.of(0));
        assertThat(ModelConfig.read(GOLDEN.resolve("gpt2_tiny")).dMlp()).isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"gpt_neox\" | \"llama\" | model_type must be one of gpt_neox, gpt2, got llama",
                "\"hidden_size\": 64 | \"hidden_size\": \"64\" | hidden_size must be a whole number",
                "\"hidden_size\": 64 | \"hidden_size\": 65 | must be a multiple of the 4 heads",
                "\"hidden_size\": 64 | \"hidden_size\": 128 | must have the shape",
                "\"num_hidden_layers\": 4 | \"num_hidden_layers\": 1000000000 | num_hidden_layers must be",
                "\"num_hidden_layers\": 4 | \"num_hidden_layers\": 5 | tensor 'layers.4.input_layernorm.weight' is missing",
                "\"num_hidden_layers\": 4 | \"num_hidden_layers\": 3 | gpt_neox.layers.3.",
                "\"rope_type\": \"default\" | \"rope_type\": \"yarn\" | rope_type must be 'default'",
                "\"hidden_act\": \"gelu\" | \"hidden_act\": \"silu\" | hidden_act must be one of",
                "\"attention_bias\": true | \"attention_bias\": false | attention_bias must be true",
                "\"bos_token_id\": 0 | \"bos_token_id\": 512 | bos_token_id must be in 0..511, got 512",
                "\"vocab_size\": 512 | \"vocab_size\": 511 | embed",
                "\"partial_rotary_factor\": 0.25 | \"partial_rotary_factor\": 7 | rotary dimensions must be",
            })
    void shouldRefuseAConfigurationByTheFieldThatIsWrong(String old, String changed, String message)
            throws IOException {
        write(tensors -> {});
        String config = Files.readString(folder.resolve("config.json"));
        assertThat(config).contains(old);
        Files.writeString(folder.resolve("config.json"), config.replace(old, changed));
        assertRefused(message);
    }

    @Test
    void shouldRefuseUnknownMissingMisshapenAndRepeatedTensors() throws IOException {
        write(tensors -> tensors.put("x", Tensor.ofFloats("gpt_neox.layers.0.gate.weight", new float[1], 1)));
        assertRefused("'gpt_neox.layers.0.gate.weight' is unknown");
        clear();
        write(tensors -> tensors.remove(QKV));
        assertRefused("'layers.0.attention.query_key_value.weight' is missing");
        clear();
        write(tensors -> tensors.put(QKV, Tensor.ofFloats(QKV, new float[192 * 64], 64, 192)));
        assertRefused(QKV, "[192, 64]", "[64, 192]");
        clear();
        write(tensors ->
                tensors.put("lm_head.weight", Tensor.ofFloats("lm_head.weight", new float[512 * 64], 512, 64)));
        assertRefused("must not be there twice");
        clear();
        write(tensors ->
                tensors.put(QKV, Tensor.of(QKV, Dtype.I8, new long[] {192, 64}, ByteBuffer.allocate(192 * 64))));
        assertRefused(QKV, "must be F32, F16 or BF16, got I8");
    }

    @Test
    void shouldRefuseWeightsThatAreNotFinite() throws IOException {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            write(tensors -> {
                float[] weights = tensors.get(QKV).toFloats();
                weights[77] = value;
                tensors.put(QKV, Tensor.ofFloats(QKV, weights, 192, 64));
            });
            assertRefused(QKV, "must be finite, got " + value + " at element 77");
            clear();
        }
    }

    private void clear() throws IOException {
        Files.delete(folder.resolve("config.json"));
        Files.delete(folder.resolve("model.safetensors"));
    }

    @Test
    void shouldRefusePicklesAndEmptyFolders() throws IOException {
        assertRefused("config.json must exist");
        copy(GOLDEN.resolve("gpt2_tiny/config.json"), "config.json");
        assertRefused("must have model.safetensors or model.safetensors.index.json");
        copy(GOLDEN.resolve("gpt2_tiny/pytorch_model.bin"), "pytorch_model.bin");
        assertRefused("pytorch_model.bin is a pickle");
        Files.write(folder.resolve("model.safetensors"), new byte[100]);
        assertThatThrownBy(this::open).hasMessageContaining("model.safetensors").hasMessageContaining("JSON");
    }

    @Test
    void shouldRefuseABadIndex() throws IOException {
        copy(NEOX.resolve("config.json"), "config.json");
        Path index = folder.resolve("model.safetensors.index.json");
        String original = Files.readString(NEOX.resolve("sharded/model.safetensors.index.json"));
        Files.writeString(index, original);
        assertRefused("shard model-00001-of-00006.safetensors");
        Files.writeString(index, original.replace("model-00001", "../model-00001"));
        assertRefused("must be the name of a .safetensors file", "../model-00001");
        for (int shard = 1; shard <= 6; shard++) {
            String name = "model-0000" + shard + "-of-00006.safetensors";
            copy(NEOX.resolve("sharded").resolve(name), name);
        }
        Files.writeString(index, original);
        open();
        String moved = original.replaceFirst("(\"gpt_neox.embed_in.weight\": \"model-0000)1", "$12");
        assertThat(moved).isNotEqualTo(original);
        Files.writeString(index, moved);
        assertRefused("must place tensor 'gpt_neox.embed_in.weight' in model-00001-of-00006.safetensors");
        Files.writeString(index, "{}");
        assertRefused("weight_map");
    }

    @Test
    void shouldRefuseGpt2WeightsThatAreStoredOutIn() throws IOException {
        Path weights = Path.of("../../shared/data/weights/gpt-nano-sort");
        Assumptions.assumeTrue(Files.exists(weights), "needs " + weights + ", which is not part of the repository");
        copy(weights.resolve("config.json"), "config.json");
        copy(weights.resolve("model_linear_out_in.safetensors"), "model.safetensors");
        assertRefused("transformer.h.0.attn.c_attn.weight", "[48, 144]", "[144, 48]");
    }

    @Test
    void shouldWriteTheSameRandomModelForTheSameSeed() throws IOException {
        RandomNeox shape = new RandomNeox(64, 32, 2, 4, 64, 0.25);
        shape.write(folder.resolve("a"), 1);
        shape.write(folder.resolve("b"), 1);
        shape.write(folder.resolve("c"), 2);
        Path file = Path.of("model.safetensors");
        assertThat(folder.resolve("a").resolve(file))
                .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
        assertThat(Files.mismatch(
                        folder.resolve("a").resolve(file), folder.resolve("c").resolve(file)))
                .isPositive();
    }
}
