package dev.sluice.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code deploy/prometheus/rules} says. */
final class Rules {
    static final Path PROMETHEUS = Path.of("../prometheus").toAbsolutePath().normalize();
    static final Path FOLDER = PROMETHEUS.resolve("rules");

    private Rules() {}

    /**
     * One alert.
     *
     * @param rule as in the file
     */
    record Alert(String name, String expression, JsonNode rule) {
        String annotation(String key) {
            return rule.path("annotations").path(key).asText();
        }
    }

    static List<Alert> alerts() {
        return rules("alerts.yaml").stream()
                .map(rule ->
                        new Alert(rule.path("alert").asText(), rule.path("expr").asText(), rule))
                .toList();
    }

    static List<String> recordings() {
        return rules("recording.yaml").stream()
                .map(rule -> rule.path("record").asText())
                .toList();
    }

    private static List<JsonNode> rules(String file) {
        List<JsonNode> rules = new ArrayList<>();
        yaml(FOLDER.resolve(file))
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    static JsonNode yaml(Path file) {
        try {
            return new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
