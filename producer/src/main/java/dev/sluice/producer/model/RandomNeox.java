package dev.sluice.producer.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.HalfFloats;
import dev.sluice.producer.tensor.SafetensorsWriter;
import dev.sluice.producer.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A GPT-NeoX of random weights in Hugging Face layout, float16: for tests and for measuring a shape's speed. Layer norms
 * are the identity, biases zero, all else uniform with the standard deviation 0.02 of pythia's initialisation.
 */
public record RandomNeox(int vocabulary, int dModel, int layers, int heads, int maxPositions, double rotaryPart) {
    private static final double BOUND = 0.02 * Math.sqrt(3);

    /** The shape of EleutherAI/pythia-70m: 70 million parameters, 19 million of them in the layers. */
    public static final RandomNeox PYTHIA_70M = new RandomNeox(50_304, 512, 6, 8, 2_048, 0.25);

    /** Writes {@code config.json} and {@code model.safetensors}: the same bytes for the same shape and seed. */
    public void write(Path folder, long seed) throws IOException {
        Files.createDirectories(folder);
        JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("config.json").toFile(), configuration());
        SplittableRandom random = new SplittableRandom(seed);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        Weights.Layout layout = NeoxBlocks.layout(ModelConfig.read(folder));
        layout.shapes.forEach((name, shape) -> writer.tensor(tensor(layout.nameInFile(name), shape, random)));
        writer.writeTo(folder.resolve("model.safetensors"));
    }

    private Map<String, Object> configuration() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architectures", new String[] {"GPTNeoXForCausalLM"});
        config.put("model_type", Architecture.GPT_NEOX.modelType());
        config.put("vocab_size", vocabulary);
        config.put("hidden_size", dModel);
        config.put("intermediate_size", 4 * dModel);
        config.put("num_hidden_layers", layers);
        config.put("num_attention_heads", heads);
        config.put("max_position_embeddings", maxPositions);
        config.put("rotary_pct", rotaryPart);
        config.put("rotary_emb_base", 10_000);
        config.put("layer_norm_eps", 1e-5);
        config.put("hidden_act", "gelu");
        config.put("use_parallel_residual", true);
        config.put("tie_word_embeddings", false);
        config.put("bos_token_id", 0);
        config.put("eos_token_id", 0);
        config.put("torch_dtype", "float16");
        return config;
    }

    private static Tensor tensor(String name, long[] shape, SplittableRandom random) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(count, Dtype.F16.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            data.putShort(HalfFloats.toHalf(value(name, random)));
        }
        return Tensor.of(name, Dtype.F16, shape, data.flip());
    }

    private static float value(String name, SplittableRandom random) {
        if (name.endsWith("bias")) {
            return 0;
        }
        return name.endsWith("norm.weight") ? 1 : (float) ((2 * random.nextDouble() - 1) * BOUND);
    }
}
