package dev.sluice.local.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromtoolIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void assumePromtool() {
        assumeThat(Tool.exists("promtool"))
                .as("skipped: promtool (Debian's package prometheus) is not installed, so the rules are not checked")
                .isTrue();
    }

    @Test
    void shouldAcceptTheRules() {
        accept("check", "rules", rules("alerts.yaml"), rules("recording.yaml"));
    }

    @Test
    void shouldPassTheRulesTests() {
        accept("test", "rules", rules("tests/alerts.yaml"), rules("tests/recording.yaml"));
    }

    @Test
    void shouldAcceptTheConfigurationOfTheOneProcessRun() {
        accept("check", "config", Rules.PROMETHEUS.resolve("prometheus.yml").toString());
    }

    /** Debian builds Prometheus without the discovery of Kubernetes, so all but that is checked. */
    @Test
    void shouldAcceptTheConfigurationForKubernetes() throws IOException {
        JsonNode config = Rules.yaml(Rules.PROMETHEUS.resolve("kubernetes.yml"));
        for (JsonNode scrape : config.path("scrape_configs")) {
            assertThat(scrape.path("kubernetes_sd_configs").path(0).path("role").asText())
                    .isEqualTo("pod");
            ((ObjectNode) scrape).remove("kubernetes_sd_configs");
        }
        Path rest = folder.resolve("kubernetes.yml");
        Files.writeString(rest, new YAMLMapper().writeValueAsString(config));
        accept("check", "config", "--syntax-only", rest.toString());
    }

    private static String rules(String file) {
        return Rules.FOLDER.resolve(file).toString();
    }

    private static void accept(String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Tool result = Tool.run("", command);
        assertThat(result.exit()).as(result.output()).isZero();
    }
}
