package dev.sluice.producer.service;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A file with configuration keys: YAML, nested or with dots, where its name says so, else Java properties. */
final class ConfigurationFile {
    private static final ObjectMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private ConfigurationFile() {}

    /**
     * The values by their keys; a list's entries are joined by commas.
     *
     * @throws ConfigurationException if the file cannot be read
     */
    static Map<String, String> read(String file) {
        boolean yaml = file.endsWith(".yaml") || file.endsWith(".yml");
        try (Reader text = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            return yaml ? yaml(text) : properties(text);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "config must be a file of properties or YAML that can be read, got " + file + ": " + e, e);
        }
    }

    static Map<String, String> properties(Reader text) throws IOException {
        Properties properties = new Properties();
        properties.load(text);
        Map<String, String> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    private static Map<String, String> yaml(Reader text) throws IOException {
        Map<String, String> values = new TreeMap<>();
        JsonNode root = MAPPER.readTree(text);
        if (root.isObject()) {
            flatten("", root, values);
        } else if (!root.isMissingNode() && !root.isNull()) {
            throw new IllegalArgumentException("it must hold keys and their values");
        }
        return values;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> values) {
        node.properties().forEach(entry -> {
            String name = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(name + ".", value, values);
            } else if (value.isArray()) {
                List<String> entries = new ArrayList<>();
                value.forEach(element -> entries.add(element.asText()));
                values.put(name, String.join(",", entries));
            } else if (!value.isNull()) {
                values.put(name, value.asText());
            }
        });
    }
}
