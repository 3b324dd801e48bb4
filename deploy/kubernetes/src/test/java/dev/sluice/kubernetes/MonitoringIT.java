package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whether the Prometheus operator is told what deploy/prometheus says, and scrapes where the services answer. */
class MonitoringIT {
    private static final Path RULES = Kustomize.ROOT.resolveSibling("prometheus/rules");

    @BeforeAll
    static void needsKubectl() {
        Kustomize.assumeInstalled();
    }

    @Test
    void shouldHoldTheRulesOfPrometheus() throws IOException {
        assumeTrue(Files.isDirectory(RULES), "there are no rules in deploy/prometheus");
        List<JsonNode> groups = new ArrayList<>();
        try (Stream<Path> files = Files.list(RULES)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Manifest.read(Files.readString(file)).path("groups").forEach(groups::add);
            }
        }

        assertThat(rendered("PrometheusRule"))
                .singleElement()
                .satisfies(rule -> assertThat(Workload.elements(rule.tree().at("/spec/groups")))
                        .as("run deploy/kubernetes/components/monitoring/write-rules")
                        .containsExactlyElementsOf(groups));
    }

    @Test
    void shouldScrapeEveryService() {
        Manifest monitor = rendered("PodMonitor").stream()
                .filter(manifest -> manifest.name().equals("sluice"))
                .findFirst()
                .orElseThrow();
        JsonNode endpoint = monitor.tree().at("/spec/podMetricsEndpoints/0");
        JsonNode scraped = monitor.tree().at("/spec/selector/matchExpressions/0/values");

        assertThat(endpoint.path("port").asText()).isEqualTo("http");
        assertThat(endpoint.path("path").asText()).isEqualTo("/metrics");
        assertThat(Workload.of(Kustomize.render("overlays/prod")).stream()
                        .map(Workload::component)
                        .filter(component -> !component.equals("replay")))
                .containsExactlyInAnyOrderElementsOf(
                        Workload.elements(scraped).map(JsonNode::asText).toList());
    }

    private static List<Manifest> rendered(String kind) {
        return Kustomize.render("overlays/prod").stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .toList();
    }
}
