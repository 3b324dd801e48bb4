package dev.sluice.evaluator.tracking;

import static dev.sluice.trainer.contract.Measurement.HELDOUT;
import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.page.Facts;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MlflowRunsIT {
    @SuppressWarnings("NullAway.Init")
    private MlflowServer server;

    @BeforeEach
    void start() throws IOException {
        server = new MlflowServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldMakeAnExperimentAndARunForEachSeriesWithWhatItsFileSays() throws Exception {
        write(window(16_384, 0.5, 1000), Facts.metrics("pca", "first-8", "pca", HELDOUT, 10, 10, true, 0.25));

        assertThat(server.experiments).containsOnlyKeys("sluice");
        assertThat(server.run("topk").points("prequential/fvu")).containsExactly("16384: 0.5");
        assertThat(server.run("topk").params)
                .containsEntry("dictionary.kind", "topk")
                .containsEntry("training.learning-rate", "0.001");
        assertThat(server.run("pca-first-8").points("final/fvu")).containsExactly("10: 0.25");
    }

    @Test
    void shouldSayHowARunEnded() throws Exception {
        write(window(16_384, 0.5, 1000));
        assertThat(server.run("topk").status).isEqualTo("KILLED");

        write(window(16_384, 0.5, 1000), score(20_000, 0.4, 2000));
        assertThat(server.run("topk").status).isEqualTo("FINISHED");

        write(window(16_384, 0.5, 1000), score(20_000, 0.4, 2000));
        assertThat(server.run("topk").status).isEqualTo("FINISHED");
    }

    @Test
    void shouldGoOnFromWhatTheServerHasAfterARestart() throws Exception {
        write(window(16_384, 0.5, 1000), window(32_768, 0.4, 2000));
        write(window(16_384, 0.5, 1000), window(32_768, 0.4, 2000), window(49_152, 0.3, 3000));

        assertThat(server.runs).hasSize(1);
        assertThat(server.run("topk").points("prequential/fvu"))
                .containsExactly("16384: 0.5", "32768: 0.4", "49152: 0.3");
        assertThat(server.run("topk").metrics).doesNotHaveDuplicates();
    }

    @Test
    void shouldSendTheScoreOfAMarkThatTurnedOutToBeTheLastOnce() throws Exception {
        RollingMetrics[] mark = {score(10_000, false, 0.5, 1000), score(10_000, true, 0.4, 2000)};
        write(mark);
        write(mark);

        assertThat(server.runs).hasSize(1);
        assertThat(server.run("topk").points("heldout/fvu")).containsExactly("10000: 0.5");
        assertThat(server.run("topk").points("final/fvu")).containsExactly("10000: 0.4");
    }

    @Test
    void shouldKnowARunThatHasAScoreTwice() throws Exception {
        write(score(10_000, false, 0.5, 1000));
        server.run("topk").metrics.addAll(copies(server.run("topk").metrics, 2000));
        write(score(10_000, false, 0.5, 1000), window(16_384, 0.3, 3000));

        assertThat(server.runs).hasSize(1);
        assertThat(server.run("topk").points("prequential/fvu")).containsExactly("16384: 0.3");
    }

    @Test
    void shouldMakeAnotherRunForAnotherTrainingOfTheSameName() throws Exception {
        write(window(16_384, 0.5, 1000));
        write(window(16_384, 0.9, 9000));

        assertThat(server.runs).hasSize(2);
        assertThat(server.run("topk").points("prequential/fvu")).containsExactly("16384: 0.9");
    }

    @Test
    void shouldSendNoMoreAtOnceThanTheServerTakes() throws Exception {
        write(IntStream.rangeClosed(1, 250)
                .mapToObj(i -> window(16_384L * i, 0.5, i))
                .toArray(RollingMetrics[]::new));

        assertThat(server.run("topk").points("prequential/fvu")).hasSize(250);
        assertThat(server.requests).filteredOn("runs/log-batch"::equals).hasSizeGreaterThan(2);
    }

    @Test
    void shouldLeaveWhatAFaultOfTheServerKeepsBackForLater() throws Exception {
        try (MlflowRuns runs = runs(Map.of())) {
            server.fault = 503;
            assertThatThrownBy(() -> runs.write(points(window(16_384, 0.5, 1000))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("MLflow at " + server.address()
                            + " answers 503 to experiments/get-by-name: INTERNAL_ERROR not now");
            server.fault = 0;
            runs.write(points(window(16_384, 0.5, 1000)));
        }
        assertThat(server.run("topk").points("prequential/fvu")).containsExactly("16384: 0.5");
    }

    @Test
    void shouldEndWithARefusal() throws Exception {
        try (MlflowRuns runs = runs(Map.of())) {
            server.fault = 401;
            assertThatThrownBy(() -> runs.write(points(window(16_384, 0.5, 1000))))
                    .isInstanceOf(TrackingException.class)
                    .hasMessageContaining("answers 401 to experiments/get-by-name");
        }
    }

    @Test
    void shouldSignInAsMlflowsOwnClientsDo() throws Exception {
        try (MlflowRuns runs = runs(Map.of("MLFLOW_TRACKING_USERNAME", "a", "MLFLOW_TRACKING_PASSWORD", "b"))) {
            runs.write(points(window(16_384, 0.5, 1000)));
        }

        assertThat(server.authorizations).containsOnly("Basic YTpi");
    }

    @Test
    void shouldRefuseAnAddressThatIsNoServers() {
        assertThat(MlflowSettings.of(Map.of())).isEmpty();
        for (String address : List.of("file:///tmp/mlruns", "databricks", "http:// x")) {
            assertThatThrownBy(() -> MlflowSettings.of(Map.of("MLFLOW_TRACKING_URI", address)))
                    .isInstanceOf(TrackingException.class)
                    .hasMessage(
                            "MLFLOW_TRACKING_URI must be the address of a server, http://HOST:PORT, got " + address);
        }
    }

    private void write(RollingMetrics... metrics) throws Exception {
        try (MlflowRuns runs = runs(Map.of())) {
            runs.write(points(metrics));
        }
    }

    private MlflowRuns runs(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("MLFLOW_TRACKING_URI", server.address() + "/");
        MlflowRuns runs = new MlflowRuns(MlflowSettings.of(environment).orElseThrow());
        runs.wanted(Facts.topk("topk"));
        return runs;
    }

    private static List<TrackedPoint> points(RollingMetrics... metrics) {
        return Stream.of(metrics)
                .flatMap(each -> TrackedPoint.of(each, MetricTable.standard()).stream())
                .sorted(TrackedPoint.ORDER)
                .toList();
    }

    private static RollingMetrics window(long end, double fvu, long atMillis) {
        return Facts.metrics("topk", "", "topk", PREQUENTIAL, end, end, false, false, fvu, atMillis);
    }

    private static RollingMetrics score(long tokens, double fvu, long atMillis) {
        return score(tokens, true, fvu, atMillis);
    }

    private static RollingMetrics score(long tokens, boolean last, double fvu, long atMillis) {
        return Facts.metrics("topk", "", "topk", HELDOUT, tokens, tokens, false, last, fvu, atMillis);
    }

    private static List<JsonNode> copies(List<JsonNode> metrics, long atMillis) {
        return metrics.stream()
                .map(metric -> (JsonNode) ((ObjectNode) metric.deepCopy()).put("timestamp", atMillis))
                .toList();
    }
}
