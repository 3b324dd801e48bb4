package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One object that a cluster would be given.
 *
 * @param text its YAML, one document
 * @param tree the same, parsed leniently
 */
record Manifest(String text, JsonNode tree) {
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---\\s*$");
    private static final YAMLMapper YAML = new YAMLMapper();

    static List<Manifest> parse(String documents) {
        return SEPARATOR
                .splitAsStream(documents)
                .filter(text -> !text.isBlank())
                .map(text -> new Manifest(text, read(text)))
                .toList();
    }

    static JsonNode read(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String apiVersion() {
        return tree.path("apiVersion").asText();
    }

    String kind() {
        return tree.path("kind").asText();
    }

    String name() {
        return tree.at("/metadata/name").asText();
    }

    /** The name without the digest that a ConfigMap's or Secret's generator adds. */
    boolean isCalled(String wantedKind, String wantedName) {
        return kind().equals(wantedKind) && name().matches(Pattern.quote(wantedName) + "(-[a-z0-9]{10})?");
    }

    /** Of a workload, the pods it makes; missing for anything else. */
    JsonNode pod() {
        return tree.at("/spec/template/spec");
    }

    /** Where the manifest is named in a message. */
    @Override
    public String toString() {
        return kind() + " " + name();
    }
}
