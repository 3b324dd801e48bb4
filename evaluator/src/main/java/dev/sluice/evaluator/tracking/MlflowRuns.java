package dev.sluice.evaluator.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.evaluator.contract.RollingMetrics.Series;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.VariantSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One experiment of MLflow, with a run for each series and generation, which a restart finds again. */
final class MlflowRuns implements TrackingSink {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper KEBAB =
            Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
    private static final String SERIES = "sluice_series";
    private static final String STREAM = "sluice_stream";
    private static final String GENERATION = "sluice_generation";
    private static final int MOST_PARAMS = 100;
    private static final int LONGEST_PARAM = 500;
    private static final int MOST_RUNS = 100;

    private final MlflowClient client;
    private final MlflowSettings settings;
    private final Map<String, VariantSpec> specs = new HashMap<>();
    private final Map<Series, MlflowRun> runs = new HashMap<>();
    private @Nullable String experiment;
    private long newest;

    MlflowRuns(MlflowSettings settings) {
        this.settings = settings;
        this.client = new MlflowClient(settings);
    }

    @Override
    public String name() {
        return "MLflow at " + settings.server();
    }

    @Override
    public void wanted(VariantSpec spec) {
        specs.put(spec.id(), spec);
    }

    @Override
    public void write(List<TrackedPoint> points) throws IOException, InterruptedException {
        Map<Series, List<TrackedPoint>> bySeries = new LinkedHashMap<>();
        for (TrackedPoint point : points) {
            bySeries.computeIfAbsent(point.of(), series -> new ArrayList<>()).add(point);
            newest = Math.max(newest, point.atMillis());
        }
        for (Map.Entry<Series, List<TrackedPoint>> series : bySeries.entrySet()) {
            run(series.getKey(), series.getValue()).log(series.getValue());
        }
    }

    private MlflowRun run(Series of, List<TrackedPoint> points) throws IOException, InterruptedException {
        MlflowRun known = runs.get(of);
        if (known != null && known.isOf(points)) {
            return known;
        }
        MlflowRun run = found(of, points);
        if (run == null) {
            run = created(of, points.get(0));
        } else {
            run.running(true, 0);
        }
        run.describe(params(of));
        runs.put(of, run);
        return run;
    }

    private @Nullable MlflowRun found(Series of, List<TrackedPoint> points) throws IOException, InterruptedException {
        ObjectNode question = JSON.objectNode().put("max_results", MOST_RUNS);
        question.putArray("experiment_ids").add(experiment());
        question.putArray("order_by").add("attributes.start_time DESC");
        question.put(
                "filter",
                "tags." + SERIES + " = '" + of.name() + "' and tags." + STREAM + " = '" + of.stream() + "' and tags."
                        + GENERATION + " = '" + of.generation() + "'");
        for (JsonNode run : client.post("runs/search", question).path("runs")) {
            MlflowRun candidate = new MlflowRun(client, run, false);
            if (candidate.isOf(points)) {
                return candidate;
            }
        }
        return null;
    }

    private MlflowRun created(Series of, TrackedPoint first) throws IOException, InterruptedException {
        ObjectNode wanted = JSON.objectNode()
                .put("experiment_id", experiment())
                .put("run_name", of.name())
                .put("start_time", first.atMillis());
        var tags = wanted.putArray("tags");
        Map.of(SERIES, of.name(), STREAM, of.stream(), GENERATION, Integer.toString(of.generation()))
                .forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
        return new MlflowRun(client, client.post("runs/create", wanted).path("run"), true);
    }

    /** That of the name, made if absent. */
    private String experiment() throws IOException, InterruptedException {
        if (experiment == null) {
            JsonNode there = client.get("experiments/get-by-name", Map.of("experiment_name", settings.experiment()))
                    .path("experiment");
            if (there.path("lifecycle_stage").asText().equals("deleted")) {
                throw new TrackingException("MLFLOW_EXPERIMENT_NAME must be an experiment that is not deleted, got "
                        + settings.experiment());
            }
            experiment = there.isMissingNode()
                    ? client.post("experiments/create", JSON.objectNode().put("name", settings.experiment()))
                            .path("experiment_id")
                            .asText()
                    : there.path("experiment_id").asText();
        }
        return experiment;
    }

    /** What a variant's file says, by path. */
    private Map<String, String> params(Series of) {
        TreeMap<String, String> params = new TreeMap<>();
        params.put("view", of.view());
        VariantSpec spec = specs.get(of.variant());
        if (spec != null) {
            flatten("", KEBAB.valueToTree(spec), params);
        }
        while (params.size() > MOST_PARAMS) {
            params.remove(params.lastKey());
        }
        return params;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> params) {
        node.properties().forEach(field -> {
            String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (field.getValue().isObject()) {
                flatten(name, field.getValue(), params);
            } else if (!field.getValue().isNull()) {
                String text = field.getValue().isTextual()
                        ? field.getValue().asText()
                        : field.getValue().toString();
                params.put(name, text.substring(0, Math.min(LONGEST_PARAM, text.length())));
            }
        });
    }

    @Override
    public void close() throws IOException {
        try {
            for (MlflowRun run : runs.values()) {
                run.running(false, newest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
