package dev.sluice.local.watch;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A real Prometheus with the repository's configuration and rules, which scrapes one run; both are read every second
 * here, so that a test need not wait. Killed when closed.
 */
final class PrometheusServer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final String EVERY_SECOND = "1s";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Instant begin = Instant.now();
    private final Path folder;
    private final int port;
    private final Process process;

    private PrometheusServer(Path folder, String target) throws IOException {
        this.folder = folder;
        this.port = freePort();
        Path config = Files.writeString(folder.resolve("prometheus.yml"), configuration(target));
        Path log = folder.resolve("prometheus.log");
        this.process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** @param target host and port of the run */
    static PrometheusServer start(Path folder, String target) {
        try {
            PrometheusServer server = new PrometheusServer(folder, target);
            await().atMost(LIMIT).ignoreExceptions().until(() -> server.get("/-/ready"), text -> !text.isEmpty());
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("prometheus cannot be started", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String configuration(String target) throws IOException {
        ObjectNode config = (ObjectNode) Rules.yaml(Rules.PROMETHEUS.resolve("prometheus.yml"));
        ObjectNode global = (ObjectNode) config.path("global");
        global.put("scrape_interval", EVERY_SECOND).put("evaluation_interval", EVERY_SECOND);
        ArrayNode files = config.putArray("rule_files");
        for (String name : new String[] {"recording.yaml", "alerts.yaml"}) {
            ObjectNode rules = (ObjectNode) Rules.yaml(Rules.FOLDER.resolve(name));
            rules.path("groups").forEach(group -> ((ObjectNode) group).put("interval", EVERY_SECOND));
            files.add(Files.writeString(folder.resolve(name), new YAMLMapper().writeValueAsString(rules))
                    .toString());
        }
        ((ObjectNode) config.path("scrape_configs")
                        .path(0)
                        .path("static_configs")
                        .path(0))
                .putArray("targets")
                .add(target);
        return new YAMLMapper().writeValueAsString(config);
    }

    /** The series that the expression had at any time since this server was started. */
    JsonNode series(String expression) {
        Instant now = Instant.now();
        long seconds = Math.max(1, Duration.between(begin, now).toSeconds());
        JsonNode answer = json("/api/v1/query_range?step=1s&start=" + (now.getEpochSecond() - seconds) + "&end="
                + now.getEpochSecond() + "&query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(expression + ": " + answer.path("error").asText());
        }
        return answer.path("data").path("result");
    }

    /** Every rule with its health. */
    JsonNode rules() {
        return json("/api/v1/rules").path("data").path("groups");
    }

    private JsonNode json(String path) {
        try {
            return json.readTree(get(path));
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private String get(String path) throws IOException {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
