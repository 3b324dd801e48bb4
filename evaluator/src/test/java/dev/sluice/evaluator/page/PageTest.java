package dev.sluice.evaluator.page;

import static dev.sluice.trainer.contract.Measurement.HELDOUT;
import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.metrics.EvaluatorMetrics;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.WebServer;
import dev.sluice.trainer.contract.WantedVariant;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The routes on a real server on loopback. */
@Timeout(300)
class PageTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final LiveView view = new LiveView(System::currentTimeMillis, () -> 0, 16_384, 65_536);
    private final CollectorRegistry registry = new CollectorRegistry();
    private Vertx vertx;
    private Page page;
    private WebServer server;
    private String base;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void serve() {
        vertx = Vertx.vertx();
        page = new Page(vertx, view, "deploy/local/run");
        new EvaluatorMetrics(view).addTo(registry);
        server = new WebServer(vertx, registry, new Health(System::nanoTime), WebServer.LOOPBACK, 0)
                .mount("/*", page.router());
        base = "http://127.0.0.1:" + server.start();
        view.put(Facts.STREAM, Facts.progress(10_000, false, 1, System.currentTimeMillis()));
        view.put("a", WantedVariant.of(Facts.topk("a")));
        view.put(Facts.status("a", "topk", "training", 20_000, 1, System.currentTimeMillis()));
        view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 16_384, 16_384, false, 0.5));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 16_384, 16_384, false, 0.4));
    }

    @AfterEach
    void stop() {
        server.stop(Duration.ofSeconds(2));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldServeTheJsonBehindEveryPanel() throws Exception {
        assertThat(json("/api/v1/overview").at("/pipeline/1/id").asText()).isEqualTo("model");
        assertThat(json("/api/v1/overview").path("stream").asText()).isEqualTo(Facts.STREAM);
        JsonNode row = json("/api/v1/table").at("/variants/0");
        assertThat(row.path("series").asText()).isEqualTo("a");
        assertThat(row.at("/heldout/fvu").asDouble()).isEqualTo(0.4);
        assertThat(row.at("/dictionary/kind").asText()).isEqualTo("topk");
        assertThat(row.has("reason")).isTrue();
        JsonNode curve =
                json("/api/v1/series?split=prequential&stream=" + Facts.STREAM).at("/series/0");
        assertThat(curve.at("/tokens/0").asLong()).isEqualTo(16_384);
        assertThat(json("/api/v1/series?split=heldout").at("/series/0/split").asText())
                .isEqualTo("heldout");
        assertThat(json("/api/v1/pareto").at("/points/0/l0").asDouble()).isEqualTo(16);
        JsonNode entry = json("/api/v1/report").at("/variants/0");
        assertThat(entry.at("/heldout_rest/mse").asDouble()).isEqualTo(0.4 * 6);
        assertThat(entry.at("/heldout/mse").asDouble()).isEqualTo(0.4 * 7);
        assertThat(json("/api/v1/report").path("heldout_tokens").asLong()).isEqualTo(4000);
    }

    @Test
    void shouldKeepTheMembersThatTheTableAndTheCurvesHad() throws Exception {
        view.put("b", WantedVariant.of(Facts.topk("b")));
        String row = "series variant view kind family group generation stream state reason tokens target_tokens epoch"
                + " fvu mse l0 dead_fraction heldout prequential_sse truth tokens_per_second lag_rows checkpoint_age_seconds"
                + " checkpoint_tokens latents parameters dictionary training";
        JsonNode rows = json("/api/v1/table").path("variants");
        assertThat(rows).hasSize(2).allSatisfy(each -> assertThat(names(each)).contains(row.split(" ")));
        assertThat(names(rows.at("/0/heldout"))).contains("fvu", "mse", "sse", "l0", "dead_fraction", "tokens");
        assertThat(rows.at("/1/fvu").isNull()).isTrue();
        JsonNode curve = json("/api/v1/series").at("/series/0");
        assertThat(names(curve))
                .contains("series", "variant", "view", "kind", "family", "stream", "split", "tokens", "time", "id")
                .contains("fvu", "mse", "l0", "dead");
        JsonNode point = json("/api/v1/pareto").at("/points/0");
        assertThat(names(point))
                .contains("series", "variant", "view", "kind", "family", "stream", "l0", "fvu", "mse", "latents")
                .contains("tokens", "last", "trail");
    }

    @Test
    void shouldTellWhatEachMetricIsAndShowAllOfThem() throws Exception {
        JsonNode table = json("/api/v1/metrics");
        assertThat(table.path("ranking").asText()).isEqualTo("fvu");
        assertThat(table.at("/metrics/0")).isEqualTo(Json.mapper().readTree("""
                        {"name": "fvu", "label": "FVU", "meaning": "Fraction of variance unexplained", "unit": "ratio",
                         "better": "lower", "format": "figure", "shown_from": "terminal",
                         "prometheus": "sluice_eval_fvu_ratio"}"""));
        assertThat(table.at("/dead/name").asText()).isEqualTo("dead_fraction");
        JsonNode row = json("/api/v1/table").at("/variants/0");
        JsonNode curve = json("/api/v1/series").at("/series/0");
        for (JsonNode metric : table.path("metrics")) {
            String name = metric.path("name").asText();
            assertThat(row.path(name).isNumber()).as(name).isTrue();
            assertThat(row.path("heldout").path(name).isNumber()).as(name).isTrue();
            assertThat(curve.path(name).path(0).isNumber()).as(name).isTrue();
        }
    }

    @Test
    void shouldShowWhatACheckpointIsWorthToTheModelOrWhyThatIsNotKnown() throws Exception {
        JsonNode metrics = json("/api/v1/metrics").path("through_model");
        assertThat(metrics.at("/0/name").asText()).isEqualTo("ce_recovered");
        assertThat(metrics.at("/0/shown_from").asText()).isEqualTo("terminal");
        assertThat(json("/api/v1/table").at("/variants/0/through_model").isNull())
                .isTrue();
        assertThat(json("/api/v1/report").path("through_model").isNull()).isTrue();

        JobResult skipped =
                Facts.throughModel(Facts.topk("a"), JobResult.Outcome.skipped("no model: the folder is empty"));
        view.put(skipped.key().text(), skipped);
        JsonNode job = json("/api/v1/table").at("/variants/0/jobs/0");
        assertThat(job.path("state").asText()).isEqualTo("skipped");
        assertThat(job.path("reason").asText()).isEqualTo("no model: the folder is empty");
        assertThat(get("/api/v1/report.md").body())
                .contains("Nothing was scored through the model: no model: the folder is empty.")
                .doesNotContain("CE recovered");

        JobResult result = Facts.throughModel(Facts.topk("a"), "", Map.of("ce_recovered", 0.8125, "kl", 0.5));
        view.put(result.key().text(), result);
        JsonNode shown = json("/api/v1/table").at("/variants/0/through_model");
        assertThat(shown.path("ce_recovered").asDouble()).isEqualTo(0.8125);
        assertThat(shown.path("top1_agreement").isNull()).isTrue();
        assertThat(shown.at("/intervals/ce_recovered/1").asDouble()).isEqualTo(0.875);
        assertThat(json("/api/v1/results")
                        .at("/results/0/outcome/figures/scope/replaced")
                        .asText())
                .isEqualTo("rest");
        JsonNode report = json("/api/v1/report");
        assertThat(report.at("/through_model/scope/tokens").asLong()).isEqualTo(3910);
        assertThat(report.at("/variants/0/through_model/metrics/kl").asDouble()).isEqualTo(0.5);
        assertThat(get("/api/v1/report.md").body())
                .contains("| 0.8125 [0.7500, 0.8750] | - | 0.5000 |")
                .contains("rows of class rest are replaced", "3,910 tokens", "| nothing |", "| zero | 4.5000 |");
    }

    private static List<String> names(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Test
    void shouldServeTheReportAsATableAndAsADrawing() throws Exception {
        assertThat(get("/api/v1/report.md").body()).contains("| a | topk |", "deploy/local/run");
        HttpResponse<String> drawing = get("/api/v1/report.svg");
        assertThat(drawing.headers().firstValue("Content-Type")).contains("image/svg+xml");
        assertThat(drawing.body()).startsWith("<svg").contains(">a</text>");
    }

    @Test
    void shouldServeTheWholeReportAsAPageThatMayDoNothing() throws Exception {
        HttpResponse<String> report = get("/api/v1/report.html");
        assertThat(report.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(report.headers().firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; style-src 'unsafe-inline'");
        assertThat(report.body()).contains("FVU at matched L0", "topk, 1024 latents", Facts.SPEC.digest());
    }

    @Test
    void shouldServeThePageWithHeadersThatKeepItToItself() throws Exception {
        HttpResponse<String> index = get("/");
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.body()).contains("<title>");
        assertThat(index.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(index.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(index.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:");
        assertThat(index.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(get("/js/main.js").headers().firstValue("Content-Type").orElseThrow())
                .contains("javascript");
    }

    @Test
    void shouldExplainWhatItCannotAnswer() throws Exception {
        problem(get("/api/v1/nothing"), 404);
        problem(get("/nothing"), 404);
        problem(get("/..%2f..%2fetc/passwd"), 404);
        problem(get("/api/v1/series?since=yesterday"), 400);
        HttpResponse<String> posted = client.send(
                request("/api/v1/overview")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        problem(posted, 405);
        assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void shouldGiveAReaderThatComesBackOnlyWhatItMissed() throws Exception {
        String id;
        try (BufferedReader events = events(null)) {
            Map<String, String> first = nextRound(events);
            assertThat(first).containsKeys("points", "pareto", "variants", "overview");
            id = first.get("id");
        }
        view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 32_768, 32_768, false, 0.3));
        try (BufferedReader events = events(id)) {
            JsonNode points = Json.mapper().readTree(nextRound(events).get("points"));
            assertThat(points.at("/series/0/tokens").toString()).isEqualTo("[32768]");
        }
    }

    @Test
    void shouldSendNewPointsAboutOnceASecond() throws Exception {
        try (BufferedReader events = events(null)) {
            nextRound(events);
            view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 32_768, 20_000, false, 0.3));
            Map<String, String> second = nextRound(events);
            while (!second.containsKey("points")) {
                second = nextRound(events);
            }
            assertThat(Json.mapper()
                            .readTree(second.get("points"))
                            .at("/series/0/tokens")
                            .toString())
                    .isEqualTo("[20000]");
        }
    }

    @Test
    void shouldEndEventStreamsWhenItStops() throws Exception {
        try (BufferedReader events = events(null)) {
            nextRound(events);
            page.close();
            while (events.readLine() != null) {
                // What was under way may still come.
            }
        }
        problem(get("/api/v1/events"), 503);
    }

    @Test
    void shouldExportMetricsOfEverySeries() throws Exception {
        String labels = "{stream=\"" + Facts.STREAM + "\",variant=\"a\",split=\"";
        assertThat(get("/metrics").body())
                .contains(
                        "sluice_eval_fvu_ratio" + labels + "prequential\",} 0.5",
                        "sluice_eval_fvu_ratio" + labels + "heldout\",} 0.4",
                        "sluice_eval_mse" + labels + "prequential\",} 3.0",
                        "sluice_eval_l0_latents" + labels + "prequential\",} 16.0",
                        "sluice_eval_dead_ratio{stream=\"" + Facts.STREAM + "\",variant=\"a\",window=\"65536\",} 0.125",
                        "sluice_eval_last_window_timestamp_seconds" + labels + "prequential\",} 1.0",
                        "sluice_eval_records_rejected_total{reason=\"format\",} 0.0");
    }

    private BufferedReader events(@Nullable String lastId) throws Exception {
        HttpRequest.Builder request = request("/api/v1/events");
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Data by event, up to and with the overview, and the id. */
    private static Map<String, String> nextRound(BufferedReader events) throws IOException {
        Map<String, String> round = new HashMap<>();
        String event = "";
        while (!(event.isEmpty() && round.containsKey("overview"))) {
            String line = events.readLine();
            assertThat(line).as("the stream goes on").isNotNull();
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                round.put(event, line.substring(6));
            } else if (line.startsWith("id: ")) {
                round.put("id", line.substring(4));
            } else if (line.isEmpty()) {
                event = "";
            }
        }
        return round;
    }

    private static void problem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"status\":" + status);
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return Json.mapper().readTree(response.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofMinutes(2));
    }
}
