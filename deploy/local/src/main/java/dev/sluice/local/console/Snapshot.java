package dev.sluice.local.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page knows of one stream at one moment.
 *
 * @param stream id, empty while there is none
 * @param streams ids of all
 * @param overview of the stream
 * @param variants on the stream
 * @param curves of training, the first pass and later ones
 * @param labels of kinds, by their names
 */
record Snapshot(
        String stream,
        List<String> streams,
        Overview overview,
        Variants variants,
        List<Series> curves,
        Map<String, String> labels) {

    /**
     * One curve.
     *
     * @param name of the series
     * @param columns as {@code /api/v1/series} gives them: tokens, and a column for each metric
     */
    record Series(String name, JsonNode columns) {
        /** The points of a metric that were measured, (tokens, value) each. */
        List<double[]> points(String metric) {
            JsonNode tokens = columns.path("tokens");
            JsonNode values = columns.path(metric);
            List<double[]> points = new ArrayList<>();
            for (int i = 0; i < values.size() && i < tokens.size(); i++) {
                if (values.get(i).isNumber()) {
                    points.add(new double[] {
                        tokens.get(i).asDouble(), values.get(i).asDouble()
                    });
                }
            }
            return points;
        }
    }

    /** @param wanted id of the stream, null for the one that was begun last */
    static Snapshot of(PageClient page, @Nullable String wanted) throws IOException, InterruptedException {
        String query = wanted == null ? "" : "?stream=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8);
        byte[] overview = page.get("api/v1/overview" + query);
        String stream = Json.mapper().readTree(overview).path("stream").asText("");
        Overview seen = Json.mapper().readValue(overview, Overview.class);
        Variants all = Json.mapper().readValue(page.get("api/v1/table"), Variants.class);
        return new Snapshot(
                stream,
                seen.streamsOrNone().stream().map(Overview.Stream::id).toList(),
                new Overview(
                        seen.streamsOrNone().stream()
                                .filter(each -> each.id().equals(stream))
                                .toList(),
                        seen.progress(),
                        seen.pipeline()),
                all.on(List.of(stream, "")),
                curves(page, query),
                labels(page));
    }

    private static List<Series> curves(PageClient page, String query) throws IOException, InterruptedException {
        String split = (query.isEmpty() ? "?" : query + "&") + "split=prequential";
        List<Series> curves = new ArrayList<>();
        for (JsonNode each :
                Json.mapper().readTree(page.get("api/v1/series" + split)).path("series")) {
            curves.add(new Series(each.path("series").asText(), each));
        }
        return curves;
    }

    private static Map<String, String> labels(PageClient page) throws IOException, InterruptedException {
        Map<String, String> labels = new LinkedHashMap<>();
        for (JsonNode kind : Json.mapper().readTree(page.get("api/v1/kinds")).path("kinds")) {
            labels.put(kind.path("kind").asText(), kind.path("name").asText());
        }
        return labels;
    }
}
