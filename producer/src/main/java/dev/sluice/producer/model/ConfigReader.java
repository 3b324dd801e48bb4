package dev.sluice.producer.model;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Reads {@code config.json}; refuses by name what would change the computation and is not supported. */
final class ConfigReader {
    private static final long MAX_CONFIG_BYTES = 1 << 20;
    private static final int MAX_SIZE = 1 << 24;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Names in {@code transformers}, to torch's. */
    private static final Map<String, String> GELUS =
            Map.of("gelu", "none", "gelu_new", "tanh", "gelu_fast", "tanh", "gelu_pytorch_tanh", "tanh");

    private final Path file;
    private final JsonNode root;

    ConfigReader(Path file) {
        this.file = file;
        this.root = parse(file);
    }

    private static JsonNode parse(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ModelException(file + " must exist: a model folder has config.json and model.safetensors");
            }
            if (Files.size(file) > MAX_CONFIG_BYTES) {
                throw new ModelException(
                        file + " must have at most " + MAX_CONFIG_BYTES + " bytes, got " + Files.size(file));
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new ModelException(file + " must be a JSON object");
            }
            return root;
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    ModelConfig read() {
        String type = root.path("model_type").asText();
        for (Architecture architecture : Architecture.values()) {
            if (architecture.modelType().equals(type)) {
                return switch (architecture) {
                    case GPT_NEOX -> readNeox();
                    case GPT2 -> readGpt2();
                };
            }
        }
        String known = Arrays.stream(Architecture.values())
                .map(Architecture::modelType)
                .collect(Collectors.joining(", "));
        throw refuse("model_type", "one of " + known, type);
    }

    private ModelConfig readNeox() {
        requireFlag("attention_bias", true);
        JsonNode rope = root.path("rope_parameters");
        requireDefaultRope(rope, "rope_type");
        requireDefaultRope(root.path("rope_scaling"), "type");
        int dModel = size("hidden_size");
        int heads = size("num_attention_heads");
        int headWidth = dModel / heads;
        double rotaryPart = number(rope, "partial_rotary_factor", number(root, "rotary_pct", 0.25));
        return new ModelConfig(
                Architecture.GPT_NEOX,
                size("vocab_size"),
                dModel,
                size("intermediate_size"),
                size("num_hidden_layers"),
                heads,
                size("max_position_embeddings"),
                number(root, "layer_norm_eps", 1e-5),
                gelu("hidden_act", "gelu"),
                flag("use_parallel_residual", true),
                (int) (headWidth * rotaryPart),
                number(rope, "rope_theta", number(root, "rotary_emb_base", 10_000)),
                flag("tie_word_embeddings", false),
                token("bos_token_id"),
                token("eos_token_id"));
    }

    private ModelConfig readGpt2() {
        requireFlag("scale_attn_weights", true);
        requireFlag("scale_attn_by_inverse_layer_idx", false);
        requireFlag("add_cross_attention", false);
        int dModel = size("n_embd");
        return new ModelConfig(
                Architecture.GPT2,
                size("vocab_size"),
                dModel,
                root.path("n_inner").isNull() || root.path("n_inner").isMissingNode() ? 4 * dModel : size("n_inner"),
                size("n_layer"),
                size("n_head"),
                size("n_positions"),
                number(root, "layer_norm_epsilon", 1e-5),
                gelu("activation_function", "gelu_new"),
                false,
                0,
                0,
                flag("tie_word_embeddings", true),
                token("bos_token_id"),
                token("eos_token_id"));
    }

    private void requireDefaultRope(JsonNode rope, String field) {
        String type = rope.path(field).asText("default");
        if (!type.equals("default")) {
            throw refuse(field, "'default', other rotary scalings are not supported", type);
        }
    }

    private void requireFlag(String field, boolean needed) {
        if (flag(field, needed) != needed) {
            throw refuse(field, needed + ", the other is not supported", !needed);
        }
    }

    private int size(String field) {
        JsonNode node = root.path(field);
        if (!node.isInt() || node.intValue() < 1 || node.intValue() > MAX_SIZE) {
            throw refuse(field, "a whole number in 1.." + MAX_SIZE, node);
        }
        return node.intValue();
    }

    private double number(JsonNode parent, String field, double standard) {
        JsonNode node = parent.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return standard;
        }
        if (!node.isNumber() || !(node.doubleValue() >= 0) || Double.isInfinite(node.doubleValue())) {
            throw refuse(field, "a finite number of at least 0", node);
        }
        return node.doubleValue();
    }

    private boolean flag(String field, boolean standard) {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return standard;
        }
        if (!node.isBoolean()) {
            throw refuse(field, "true or false", node);
        }
        return node.booleanValue();
    }

    private OptionalInt token(String field) {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.isInt()) {
            throw refuse(field, "a token id or null", node);
        }
        return OptionalInt.of(node.intValue());
    }

    private String gelu(String field, String standard) {
        String name = root.path(field).asText(standard);
        String gelu = GELUS.get(name);
        if (gelu == null) {
            throw refuse(field, "one of " + GELUS.keySet().stream().sorted().toList(), name);
        }
        return gelu;
    }

    private ModelException refuse(String field, String rule, Object value) {
        return new ModelException(file + ": " + field + " must be " + rule + ", got " + value);
    }
}
