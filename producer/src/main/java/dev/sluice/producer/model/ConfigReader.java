package dev.sluice.producer.model;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

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
        return Architecture.ofType(type)
                .orElseThrow(() -> refuse("model_type", "one of " + Architecture.types(), type))
                .config(this);
    }

    /** The node of a field, missing where there is none. */
    JsonNode node(String field) {
        return root.path(field);
    }

    boolean has(String field) {
        return root.hasNonNull(field);
    }

    void requireDefaultRope(JsonNode rope, String field) {
        String type = rope.path(field).asText("default");
        if (!type.equals("default")) {
            throw refuse(field, "'default', other rotary scalings are not supported", type);
        }
    }

    void requireFlag(String field, boolean needed) {
        if (flag(field, needed) != needed) {
            throw refuse(field, needed + ", the other is not supported", !needed);
        }
    }

    int size(String field) {
        JsonNode node = root.path(field);
        if (!node.isInt() || node.intValue() < 1 || node.intValue() > MAX_SIZE) {
            throw refuse(field, "a whole number in 1.." + MAX_SIZE, node);
        }
        return node.intValue();
    }

    double number(String field, double standard) {
        return number(root, field, standard);
    }

    double number(JsonNode parent, String field, double standard) {
        JsonNode node = parent.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return standard;
        }
        if (!node.isNumber() || !(node.doubleValue() >= 0) || Double.isInfinite(node.doubleValue())) {
            throw refuse(field, "a finite number of at least 0", node);
        }
        return node.doubleValue();
    }

    boolean flag(String field, boolean standard) {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return standard;
        }
        if (!node.isBoolean()) {
            throw refuse(field, "true or false", node);
        }
        return node.booleanValue();
    }

    OptionalInt token(String field) {
        JsonNode node = root.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.isInt()) {
            throw refuse(field, "a token id or null", node);
        }
        return OptionalInt.of(node.intValue());
    }

    String gelu(String field, String standard) {
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
