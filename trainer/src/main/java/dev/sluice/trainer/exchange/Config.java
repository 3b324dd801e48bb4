package dev.sluice.trainer.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;

/** A {@code cfg.json}: its values, each checked, with the file in every message. */
record Config(Path file, JsonNode tree) {
    private static final long MOST_BYTES = 16 << 20;

    static Config read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ExchangeException(file + ": must be at most 16 MiB, got " + Files.size(file) + " bytes");
            }
            JsonNode tree = Json.mapper().readTree(Files.readString(file));
            if (tree == null || !tree.isObject()) {
                throw new ExchangeException(file + ": must be a JSON object");
            }
            return new Config(file, tree);
        } catch (JsonProcessingException e) {
            throw new ExchangeException(file + ": is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ExchangeException(file + ": cannot be read: " + e, e);
        }
    }

    boolean has(String key) {
        return tree.hasNonNull(key);
    }

    String text(String key, String absent) {
        return tree.hasNonNull(key) ? tree.get(key).asText() : absent;
    }

    boolean flag(String key, boolean absent) {
        return tree.hasNonNull(key) ? tree.get(key).asBoolean() : absent;
    }

    String oneOf(String key, String absent, Collection<String> allowed) {
        String value = text(key, absent);
        if (!allowed.contains(value)) {
            throw wrong(key, "one of " + String.join(", ", new TreeSet<>(allowed)), value);
        }
        return value;
    }

    /** A whole number from 1 to 2^31 - 1. */
    int count(String key) {
        JsonNode value = tree.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "a whole number of at least 1", value.isMissingNode() ? "nothing" : value);
        }
        return value.asInt();
    }

    ExchangeException wrong(String key, String rule, Object found) {
        return new ExchangeException(file + ": " + key + " must be " + rule + ", got " + found);
    }
}
