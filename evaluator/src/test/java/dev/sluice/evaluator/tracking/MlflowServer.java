package dev.sluice.evaluator.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MLflow's REST interface in memory, as far as Sluice uses it, with its rules: what it would refuse, this refuses. */
final class MlflowServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_\\-. /]{1,250}");
    private static final Pattern CONDITION = Pattern.compile("tags\\.(\\w+) = '([^']*)'");

    /** A refusal as MLflow words it. */
    private static final class Refusal extends RuntimeException {
        private final int status;
        private final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    /** A run: {@code metrics} as they were appended. */
    static final class Run {
        final String id;
        final String name;
        final Map<String, String> tags = new LinkedHashMap<>();
        final Map<String, String> params = new LinkedHashMap<>();
        final List<JsonNode> metrics = new ArrayList<>();
        String status = "RUNNING";

        Run(String id, String name) {
            this.id = id;
            this.name = name;
        }

        List<String> points(String key) {
            return metrics.stream()
                    .filter(metric -> metric.path("key").asText().equals(key))
                    .map(metric -> metric.path("step").asLong() + ": "
                            + metric.path("value").asDouble())
                    .toList();
        }
    }

    final Map<String, String> experiments = new LinkedHashMap<>();
    final Map<String, Run> runs = new LinkedHashMap<>();
    final List<String> requests = new ArrayList<>();
    final List<String> authorizations = new ArrayList<>();

    /** Answered instead of anything else, unless 0. */
    volatile int fault;

    private final HttpServer server;

    MlflowServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/2.0/mlflow/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Run run(String name) {
        return runs.values().stream()
                .filter(run -> run.name.equals(name))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/2.0/mlflow/".length());
        byte[] body = exchange.getRequestBody().readAllBytes();
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        requests.add(path);
        try {
            if (fault != 0) {
                throw new Refusal(fault, "INTERNAL_ERROR", "not now");
            }
            require(body.length <= 1 << 20, "a request must have at most 1 MB");
            answer(exchange, 200, answer(exchange, path, body));
        } catch (Refusal e) {
            answer(
                    exchange,
                    e.status,
                    MAPPER.createObjectNode().put("error_code", e.code).put("message", e.getMessage()));
        }
    }

    private ObjectNode answer(HttpExchange exchange, String path, byte[] body) throws IOException {
        JsonNode wanted = body.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(body);
        return switch (path) {
            case "experiments/get-by-name" -> experiment(asked(query(exchange), "experiment_name"));
            case "experiments/create" -> createExperiment(wanted);
            case "runs/create" -> createRun(wanted);
            case "runs/search" -> search(wanted);
            case "runs/log-batch" -> log(wanted);
            case "runs/update" -> update(wanted);
            case "metrics/get-history" -> history(query(exchange));
            default -> throw new Refusal(404, "ENDPOINT_NOT_FOUND", path);
        };
    }

    private ObjectNode experiment(String name) {
        String id = experiments.get(name);
        if (id == null) {
            throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment with name '" + name + "'");
        }
        ObjectNode answer = MAPPER.createObjectNode();
        answer.putObject("experiment")
                .put("experiment_id", id)
                .put("name", name)
                .put("lifecycle_stage", "active");
        return answer;
    }

    private ObjectNode createExperiment(JsonNode wanted) {
        String name = wanted.path("name").asText();
        if (experiments.containsKey(name)) {
            throw new Refusal(400, "RESOURCE_ALREADY_EXISTS", name);
        }
        experiments.put(name, Integer.toString(experiments.size() + 1));
        return MAPPER.createObjectNode().put("experiment_id", experiments.get(name));
    }

    private ObjectNode createRun(JsonNode wanted) {
        require(experiments.containsValue(wanted.path("experiment_id").asText()), "experiment_id must be known");
        require(wanted.path("start_time").isIntegralNumber(), "start_time must be milliseconds");
        Run run = new Run("run" + runs.size(), wanted.path("run_name").asText());
        wanted.path("tags")
                .forEach(tag ->
                        run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
        runs.put(run.id, run);
        ObjectNode answer = MAPPER.createObjectNode();
        answer.set("run", describe(run));
        return answer;
    }

    private static ObjectNode describe(Run run) {
        ObjectNode node = MAPPER.createObjectNode();
        node.putObject("info").put("run_id", run.id).put("status", run.status);
        ArrayNode params = node.putObject("data").putArray("params");
        run.params.forEach((key, value) -> params.addObject().put("key", key).put("value", value));
        return node;
    }

    private ObjectNode search(JsonNode wanted) {
        Map<String, String> conditions = new HashMap<>();
        for (String condition : wanted.path("filter").asText().split(" and ", -1)) {
            Matcher matcher = CONDITION.matcher(condition);
            require(matcher.matches(), "filter must be of conditions, got " + condition);
            conditions.put(matcher.group(1), matcher.group(2));
        }
        ObjectNode answer = MAPPER.createObjectNode();
        ArrayNode found = answer.putArray("runs");
        List<Run> newestFirst = new ArrayList<>(runs.values());
        Collections.reverse(newestFirst);
        newestFirst.stream()
                .filter(run -> run.tags.entrySet().containsAll(conditions.entrySet()))
                .forEach(run -> found.add(describe(run)));
        if (found.isEmpty()) {
            answer.remove("runs");
        }
        return answer;
    }

    private ObjectNode log(JsonNode wanted) {
        Run run = known(wanted.path("run_id").asText());
        int metrics = wanted.path("metrics").size();
        int params = wanted.path("params").size();
        int tags = wanted.path("tags").size();
        require(metrics <= 1000 && params <= 100 && tags <= 100 && metrics + params + tags <= 1000, "too many");
        for (JsonNode param : wanted.path("params")) {
            String key = param.path("key").asText();
            String value = param.path("value").asText();
            require(KEY.matcher(key).matches() && value.length() <= 500, "param " + key);
            require(value.equals(run.params.getOrDefault(key, value)), "params are write-once: " + key);
            run.params.put(key, value);
        }
        for (JsonNode metric : wanted.path("metrics")) {
            require(KEY.matcher(metric.path("key").asText()).matches(), "metric " + metric);
            require(metric.path("value").isNumber(), "value of " + metric);
            require(
                    metric.path("timestamp").isIntegralNumber()
                            && metric.path("step").isIntegralNumber(),
                    "times");
            run.metrics.add(metric);
        }
        return MAPPER.createObjectNode();
    }

    private ObjectNode update(JsonNode wanted) {
        Run run = known(wanted.path("run_id").asText());
        run.status = wanted.path("status").asText();
        require(List.of("RUNNING", "FINISHED", "KILLED").contains(run.status), "status " + run.status);
        return MAPPER.createObjectNode();
    }

    private ObjectNode history(Map<String, String> query) {
        ObjectNode answer = MAPPER.createObjectNode();
        ArrayNode metrics = answer.putArray("metrics");
        known(asked(query, "run_id")).metrics.stream()
                .filter(metric -> metric.path("key").asText().equals(query.get("metric_key")))
                .forEach(metrics::add);
        return answer;
    }

    private Run known(String id) {
        Run run = runs.get(id);
        if (run == null) {
            throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Run '" + id + "' not found");
        }
        return run;
    }

    private static void require(boolean met, String rule) {
        if (!met) {
            throw new Refusal(400, "INVALID_PARAMETER_VALUE", rule);
        }
    }

    private static String asked(Map<String, String> query, String name) {
        return query.getOrDefault(name, "");
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        for (String field : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            String[] pair = field.split("=", 2);
            query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body) {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
