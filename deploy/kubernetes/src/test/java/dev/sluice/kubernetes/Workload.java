package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A manifest that makes pods, and what surrounds it in its overlay. */
record Workload(Manifest manifest, List<Manifest> overlay) {
    private static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "Job");

    static List<Workload> of(List<Manifest> overlay) {
        return overlay.stream()
                .filter(manifest -> KINDS.contains(manifest.kind()))
                .map(manifest -> new Workload(manifest, overlay))
                .toList();
    }

    /** {@code producer}, {@code trainer}, {@code evaluator} or {@code replay}. */
    String component() {
        return manifest.tree()
                .at("/spec/template/metadata/labels")
                .path("app.kubernetes.io/component")
                .asText();
    }

    JsonNode pod() {
        return manifest.pod();
    }

    /** Every pod of Sluice has one. */
    JsonNode container() {
        return pod().at("/containers/0");
    }

    /** By name, without those that a ConfigMap holds. */
    Map<String, String> environment() {
        Map<String, String> values = new TreeMap<>();
        container()
                .path("env")
                .forEach(variable -> values.put(
                        variable.path("name").asText(), variable.path("value").asText()));
        container()
                .path("envFrom")
                .forEach(source ->
                        values.putAll(data(source.at("/configMapRef/name").asText())));
        return values;
    }

    /** The configuration file that the container is told to read, as its ConfigMap holds it. */
    JsonNode configuration() {
        String path = environment().getOrDefault("SLUICE_CONFIG", "");
        return Manifest.read(files().getOrDefault(path, "{}"));
    }

    /** Every mounted file of a ConfigMap, by its path in the container. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (JsonNode mount : container().path("volumeMounts")) {
            String map =
                    volume(mount.path("name").asText()).at("/configMap/name").asText();
            data(map).forEach((key, text) -> files.put(mount.path("mountPath").asText() + "/" + key, text));
        }
        return files;
    }

    /** Where volumes are mounted. */
    List<String> mountPaths() {
        List<String> paths = new ArrayList<>();
        container()
                .path("volumeMounts")
                .forEach(mount -> paths.add(mount.path("mountPath").asText()));
        return paths;
    }

    private JsonNode volume(String name) {
        return elements(pod().path("volumes"))
                .filter(volume -> volume.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(manifest + " has no volume " + name));
    }

    private Map<String, String> data(String configMap) {
        Map<String, String> data = new TreeMap<>();
        overlay.stream()
                .filter(other ->
                        other.kind().equals("ConfigMap") && other.name().equals(configMap))
                .forEach(map -> map.tree()
                        .path("data")
                        .properties()
                        .forEach(entry ->
                                data.put(entry.getKey(), entry.getValue().asText())));
        return data;
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Override
    public String toString() {
        return manifest.toString();
    }
}
