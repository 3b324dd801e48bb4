package dev.sluice.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunbookTest {
    private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();
    private static final Path FOLDER = REPOSITORY.resolve("deploy/runbooks");

    @Test
    void shouldHaveOneRunbookForEachAlert() throws IOException {
        Set<String> alerts = Rules.alerts().stream().map(Rules.Alert::name).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".md", "")))
                    .containsExactlyInAnyOrderElementsOf(alerts);
        }
    }

    @Test
    void shouldSayWhatItMeansWhoNoticesHowToLookMendAndCheck() throws IOException {
        for (Rules.Alert alert : Rules.alerts()) {
            String runbook = Files.readString(FOLDER.resolve(alert.name() + ".md"));
            assertThat(runbook.lines().filter(line -> line.startsWith("#")))
                    .as(alert.name())
                    .containsExactly(
                            "# " + alert.name(),
                            "## What it means",
                            "## What users notice",
                            "## How to look",
                            "## How to mend it",
                            "## How to check");
        }
    }

    @Test
    void shouldLinkEachAlertToItsRunbookAndADashboardThatExists() {
        Set<String> dashboards = Dashboards.files().stream()
                .map(file -> "/d/" + Dashboards.read(file).path("uid").asText())
                .collect(Collectors.toSet());
        for (Rules.Alert alert : Rules.alerts()) {
            assertThat(REPOSITORY.resolve(alert.annotation("runbook_url")))
                    .exists()
                    .hasFileName(alert.name() + ".md");
            assertThat(dashboards).contains(alert.annotation("dashboard_url").replaceAll("\\?.*", ""));
            assertThat(alert.annotation("summary")).isNotEmpty();
            assertThat(alert.rule().path("for").asText()).as(alert.name()).isNotEmpty();
            assertThat(alert.rule().path("labels").path("severity").asText()).isIn("page", "ticket", "info", "none");
        }
    }

    @Test
    void shouldTestEachAlertFiringAndSilent() {
        var tests = Rules.yaml(Rules.FOLDER.resolve("tests/alerts.yaml")).path("tests");
        for (Rules.Alert alert : Rules.alerts()) {
            Set<Boolean> fires = new TreeSet<>();
            tests.forEach(test -> test.path("alert_rule_test").forEach(one -> {
                if (one.path("alertname").asText().equals(alert.name())) {
                    fires.add(!one.path("exp_alerts").isEmpty());
                }
            }));
            // Watchdog is never silent.
            assertThat(fires)
                    .as(alert.name())
                    .containsExactlyElementsOf(
                            alert.name().equals("Watchdog") ? Set.of(true) : new TreeSet<>(Set.of(false, true)));
        }
    }
}
