package dev.sluice.local.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.local.ChildRun;
import dev.sluice.local.console.PageClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus beside a real run: every rule and every query of the dashboards is executed against both. */
class PrometheusIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    /** Ours, the JVM's and the clients', the recording rules' and those of other exporters. */
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:(?:sluice|variant|stage):\\w+:\\w+|(?:sluice|jvm|process|kafka|DCGM)_\\w+|up\\b)");

    /** Metrics that this run cannot have, with the reason. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "DCGM_FI_DEV_GPU_UTIL", "there is no GPU here, nor its exporter",
            "DCGM_FI_DEV_FB_USED", "there is no GPU here, nor its exporter",
            "kafka_log_log_size", "the embedded broker has no JMX exporter; Strimzi's has",
            "kafka_server_replicamanager_underreplicatedpartitions", "as above");

    /** Queries that have an answer in a fault only, with the reason; their series must exist all the same. */
    private static final Map<String, String> FAULTS = Map.of(
            "Sluice: operator / Retention margin", "the sample is kept for ever",
            "Sluice: operator / annotation Restarts", "nothing is restarted",
            "Sluice: operator / annotation Failures", "nothing fails",
            "Sluice: researcher / annotation Restarts", "nothing is restarted",
            "Sluice: researcher / annotation Failures", "nothing fails");

    /** promtool's complaint that we accept: Grafana's heat map reads le, and a density is no histogram (it may fall). */
    private static final String ACCEPTED =
            "sluice_eval_density_latents non-histogram metrics should not have \"le\" label";

    private static final String VARIANTS = """
            variants:
              - id: topk
                dictionary: {kind: topk, latents: 128, k: 8}
              - id: kmeans
                dictionary: {kind: kmeans, latents: 64}
              - id: pca
                dictionary: {kind: pca, fixed: [8], per-token: [8]}
            """;

    @TempDir
    private static Path folder;

    private static ChildRun run;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void start() throws IOException {
        assumeThat(Tool.exists("prometheus") && Tool.exists("promtool"))
                .as("skipped: Debian's package prometheus is not installed, so nobody scrapes")
                .isTrue();
        Path variants = Files.writeString(folder.resolve("variants.yaml"), VARIANTS);
        run = ChildRun.start(
                folder,
                "--http-port",
                "0",
                "--kafka-port",
                "0",
                "--tokens",
                "18000",
                "--epochs",
                "5",
                "--variants",
                variants.toString());
        URI page = run.page();
        prometheus = PrometheusServer.start(folder, page.getHost() + ":" + page.getPort());
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (run != null) {
            run.close();
        }
    }

    @Test
    void shouldRecordEveryRule() {
        for (String record : Rules.recordings()) {
            awaitSeries(record, record);
        }
    }

    @Test
    void shouldEvaluateEveryRuleWithoutAnError() {
        awaitSeries("a rule", "sluice:producer_tokens:rate5m");
        List<String> healthy = new ArrayList<>();
        prometheus
                .rules()
                .forEach(group -> group.path("rules").forEach(rule -> {
                    assertThat(rule.path("lastError").asText())
                            .as(rule.toString())
                            .isEmpty();
                    healthy.add(rule.path("name").asText());
                }));
        assertThat(healthy)
                .containsAll(Rules.recordings())
                .containsAll(Rules.alerts().stream().map(Rules.Alert::name).toList());
    }

    @Test
    void shouldHaveTheSeriesThatEveryAlertAsksFor() {
        for (Rules.Alert alert : Rules.alerts()) {
            prometheus.series(alert.expression());
            awaitMetrics(alert.name(), alert.expression());
        }
    }

    @Test
    void shouldAnswerEveryQueryOfTheDashboards() {
        for (Path file : Dashboards.files()) {
            for (Dashboards.Query query : Dashboards.queries(Dashboards.read(file))) {
                String expression = query.substituted();
                if (FAULTS.containsKey(query.where())) {
                    prometheus.series(expression);
                    awaitMetrics(query.where(), expression);
                } else if (metrics(expression).stream().anyMatch(ELSEWHERE::containsKey)) {
                    assertThat(prometheus.series(expression))
                            .as(query.toString())
                            .isEmpty();
                } else {
                    awaitSeries(query.where(), expression);
                }
            }
        }
    }

    @Test
    void shouldServeMetricsThatPromtoolAccepts() throws Exception {
        awaitSeries("the last family to come", "sluice_eval_density_latents");
        String metrics = new String(new PageClient(run.page()).get("metrics"), StandardCharsets.UTF_8);
        Tool check = Tool.run(metrics, List.of("promtool", "check", "metrics"));
        assertThat(check.output().lines()).allMatch(ACCEPTED::equals);
    }

    private static void awaitMetrics(String where, String expression) {
        for (String metric : metrics(expression)) {
            if (!ELSEWHERE.containsKey(metric)) {
                awaitSeries(where, metric);
            }
        }
    }

    private static Set<String> metrics(String expression) {
        Set<String> metrics = new HashSet<>();
        METRIC.matcher(expression.replaceAll("\"[^\"]*\"", "\"\""))
                .results()
                .forEach(found -> metrics.add(found.group()));
        return metrics;
    }

    private static void awaitSeries(String where, String expression) {
        await(where + ": " + expression)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> prometheus.series(expression), PrometheusIT::hasNumbers);
    }

    private static boolean hasNumbers(JsonNode series) {
        for (JsonNode one : series) {
            for (JsonNode value : one.path("values")) {
                if (!value.path(1).asText().equals("NaN")) {
                    return true;
                }
            }
        }
        return false;
    }
}
