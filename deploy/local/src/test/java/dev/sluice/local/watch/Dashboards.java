package dev.sluice.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code deploy/grafana/dashboards} says. */
final class Dashboards {
    static final Path GRAFANA = Path.of("../grafana").toAbsolutePath().normalize();
    static final Path FOLDER = GRAFANA.resolve("dashboards");

    private Dashboards() {}

    /** One expression, and where it is. */
    record Query(String where, String expression) {
        /** As Grafana sends it with every value of every variable chosen. */
        String substituted() {
            return expression
                    .replace("$__rate_interval", "15s")
                    .replaceAll("\\$(namespace|stream|series|variant)", ".*");
        }
    }

    static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + FOLDER, e);
        }
    }

    static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The panels' queries, those of the annotations, and the series that variables are filled from. */
    static List<Query> queries(JsonNode dashboard) {
        String title = dashboard.path("title").asText();
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        title + " / " + panel.path("title").asText(),
                        target.path("expr").asText()));
            }
        }
        for (JsonNode annotation : dashboard.path("annotations").path("list")) {
            queries.add(new Query(
                    title + " / annotation " + annotation.path("name").asText(),
                    annotation.path("expr").asText()));
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            String query = variable.path("query").path("query").asText();
            if (!query.isEmpty()) {
                queries.add(new Query(
                        title + " / variable " + variable.path("name").asText(),
                        query.replaceAll("^label_values\\((.*), \\w+\\)$", "$1")));
            }
        }
        return queries;
    }
}
