package dev.sluice.evaluator.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run at MLflow: that of one series. Metrics append there, so a point that the server has is not sent again. Of a
 * point the first tag is sent last: where it is, the others are.
 */
final class MlflowRun {
    /** Of one request, by MLflow's rules. */
    static final int MOST_METRICS = 1000;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final MlflowClient client;
    private final String id;
    private final boolean isNew;
    private final boolean isDescribed;
    private boolean finished;

    /** What names a point of this run. */
    private record Name(String firstTag, long tokens) {}

    /** Times of the points that the server has, by first tag and step. */
    private final Map<String, Map<Long, Long>> known = new HashMap<>();

    /** @param run as the server describes it */
    MlflowRun(MlflowClient client, JsonNode run, boolean isNew) {
        this.client = client;
        this.id = run.path("info").path("run_id").asText();
        this.finished = run.path("info").path("status").asText().equals("FINISHED");
        this.isNew = isNew;
        this.isDescribed = !run.path("data").path("params").isEmpty();
    }

    /** Whether what the server has of these points is of the same training, by their times. */
    boolean isOf(List<TrackedPoint> points) throws IOException, InterruptedException {
        for (TrackedPoint point : points) {
            Long time = known(point.firstTag()).get(point.tokens());
            if (time != null && !point.again() && time != point.atMillis()) {
                return false;
            }
        }
        return true;
    }

    private Map<Long, Long> known(String tag) throws IOException, InterruptedException {
        Map<Long, Long> times = known.get(tag);
        if (times == null) {
            times = isNew ? new HashMap<>() : history(tag);
            known.put(tag, times);
        }
        return times;
    }

    /** Of a step that was sent twice the first time counts: a score that came again is the later one. */
    private Map<Long, Long> history(String tag) throws IOException, InterruptedException {
        Map<Long, Long> times = new HashMap<>();
        client.get("metrics/get-history", Map.of("run_id", id, "metric_key", tag))
                .path("metrics")
                .forEach(metric -> times.merge(
                        metric.path("step").asLong(), metric.path("timestamp").asLong(), Math::min));
        return times;
    }

    /** Unless the server has that: params are write-once. */
    void describe(Map<String, String> params) throws IOException, InterruptedException {
        if (isDescribed) {
            return;
        }
        ArrayNode array = JSON.arrayNode();
        params.forEach((key, value) -> array.addObject().put("key", key).put("value", value));
        ObjectNode body = batch();
        body.set("params", array);
        client.post("runs/log-batch", body);
    }

    /** Sends what the server does not have, and ends the run with its final score. */
    void log(List<TrackedPoint> points) throws IOException, InterruptedException {
        List<TrackedPoint> batch = new ArrayList<>();
        int metrics = 0;
        for (TrackedPoint point : missing(points)) {
            if (metrics + point.scalars().size() > MOST_METRICS) {
                send(batch);
                batch.clear();
                metrics = 0;
            }
            batch.add(point);
            metrics += point.scalars().size();
        }
        send(batch);
        for (TrackedPoint point : points) {
            if (point.split().equals(TrackedPoint.FINAL) && !finished) {
                update("FINISHED", point.atMillis());
                finished = true;
            }
        }
    }

    /** Those that the server does not have, each once: a mark's score may come with the same score as the last. */
    private List<TrackedPoint> missing(List<TrackedPoint> points) throws IOException, InterruptedException {
        Set<Name> taken = new HashSet<>();
        List<TrackedPoint> missing = new ArrayList<>();
        for (TrackedPoint point : points) {
            if (!known(point.firstTag()).containsKey(point.tokens())
                    && taken.add(new Name(point.firstTag(), point.tokens()))) {
                missing.add(point);
            }
        }
        return missing;
    }

    private void send(List<TrackedPoint> points) throws IOException, InterruptedException {
        if (points.isEmpty()) {
            return;
        }
        ArrayNode metrics = JSON.arrayNode();
        points.forEach(point -> add(metrics, point));
        ObjectNode body = batch();
        body.set("metrics", metrics);
        client.post("runs/log-batch", body);
        for (TrackedPoint point : points) {
            known(point.firstTag()).put(point.tokens(), point.atMillis());
        }
    }

    private static void add(ArrayNode metrics, TrackedPoint point) {
        List<String> tags = new ArrayList<>(point.scalars().keySet());
        Collections.reverse(tags);
        for (String tag : tags) {
            double value = point.scalars().getOrDefault(tag, Double.NaN);
            if (Double.isFinite(value)) {
                metrics.addObject()
                        .put("key", tag)
                        .put("value", value)
                        .put("timestamp", point.atMillis())
                        .put("step", point.tokens());
            }
        }
    }

    /** Says that the run goes on, or that it has stopped before its end. */
    void running(boolean running, long atMillis) throws IOException, InterruptedException {
        if (!finished) {
            update(running ? "RUNNING" : "KILLED", atMillis);
        }
    }

    private void update(String status, long atMillis) throws IOException, InterruptedException {
        ObjectNode body = batch().put("status", status);
        client.post("runs/update", status.equals("RUNNING") ? body : body.put("end_time", atMillis));
    }

    private ObjectNode batch() {
        return JSON.objectNode().put("run_id", id);
    }
}
