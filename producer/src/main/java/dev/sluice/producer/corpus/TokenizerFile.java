package dev.sluice.producer.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What Sluice itself reads of a {@code tokenizer.json}. */
final class TokenizerFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerFile() {}

    /** Special added tokens and their ids; checks that the file has a tokenizer's shape. */
    static Map<String, Integer> specials(byte[] content, Path file) {
        JsonNode root = parse(content, file);
        if (!root.isObject() || !root.path("model").isObject()) {
            throw new CorpusException(file + ": a tokenizer.json must be an object with the object 'model'");
        }
        Map<String, Integer> specials = new TreeMap<>();
        for (JsonNode token : root.path("added_tokens")) {
            if (token.path("special").asBoolean(false)) {
                specials.put(token.path("content").asText(), id(token, file));
            }
        }
        return specials;
    }

    private static int id(JsonNode token, Path file) {
        JsonNode id = token.path("id");
        if (!id.canConvertToInt() || id.intValue() < 0) {
            throw new CorpusException(file + ": added_tokens.id must be a number of at least 0, got " + id);
        }
        return id.intValue();
    }

    private static JsonNode parse(byte[] content, Path file) {
        try {
            return JSON.readTree(content);
        } catch (IOException e) {
            throw new CorpusException(file + ": must be JSON: " + e.getMessage(), e);
        }
    }
}
