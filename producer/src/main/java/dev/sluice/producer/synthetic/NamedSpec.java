package dev.sluice.producer.synthetic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A synthetic source as users name it: one of the bundled ones, or a YAML or JSON file.
 *
 * @param name of the bundled one, or of the file without its extension
 * @param spec that it holds
 */
public record NamedSpec(String name, SyntheticSpec spec) {
    /** The bundled ones. */
    public static final List<String> BUNDLED = List.of("known-features", "recovery");

    private static final YAMLMapper MAPPER = new YAMLMapper();

    /** Whether there is something of that name to read. */
    public static boolean isLocation(String location) {
        return BUNDLED.contains(location) || (!location.isBlank() && Files.isRegularFile(Path.of(location)));
    }

    /**
     * Reads it.
     *
     * @param location a bundled name, or a file
     * @throws IllegalArgumentException if it holds no synthetic source; the message names the file and the key
     * @throws IOException if the file cannot be read
     */
    public static NamedSpec read(String location) throws IOException {
        byte[] text = bytes(location);
        try {
            JsonNode tree = MAPPER.readTree(text);
            return new NamedSpec(name(location), SpecReader.read(tree));
        } catch (IOException e) {
            throw new IllegalArgumentException(location + " must be YAML or JSON: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(location + ": " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String location) throws IOException {
        if (!BUNDLED.contains(location)) {
            return Files.readAllBytes(Path.of(location));
        }
        String resource = location + ".yaml";
        try (InputStream yaml = Objects.requireNonNull(NamedSpec.class.getResourceAsStream(resource), resource)) {
            return yaml.readAllBytes();
        }
    }

    private static String name(String location) {
        @Nullable Path file = Path.of(location).getFileName();
        return String.valueOf(file).replaceFirst("\\.(ya?ml|json)$", "");
    }
}
