package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default run on the bundled sample, from the command to the report. */
class SampleRunIT {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Held-out FVU of the defaults on the sample that users are promised: k 8, 16, 32. */
    private static final List<Double> TOPK_AT_MOST = List.of(0.17, 0.11, 0.072);

    private static final List<Double> TOPK_RECOVERS_AT_LEAST = List.of(0.965, 0.978, 0.989);

    @TempDir
    private Path folder;

    @Test
    void shouldTrainEveryDefaultVariantOnTheSampleAndReportIt() throws Exception {
        try (ChildRun run = ChildRun.startOptimised(
                folder, "--http-port", "0", "--kafka-port", "0", "--exit-when-done", "--report", "r.json")) {
            run.waitForSuccess(LIMIT);

            assertThat(run.output()).contains("held-out", "topk-1024-k16", "Report: ");
        }
        JsonNode report = new ObjectMapper().readTree(folder.resolve("r.json").toFile());
        assertThat(report.path("heldout_tokens").asLong()).isEqualTo(3_976);
        assertThat(report.path("tokens").asLong()).isGreaterThan(125_000);
        for (int i = 0; i < TOPK_AT_MOST.size(); i++) {
            int k = 8 << i;
            JsonNode topK = variant(report, "topk-1024-k" + k);
            assertThat(topK.path("heldout").path("fvu").asDouble()).isBetween(0.02, TOPK_AT_MOST.get(i));
            assertThat(topK.path("heldout").path("l0").asDouble()).isBetween(k * 0.99, (double) k);
            assertThat(recovered(topK)).isBetween(TOPK_RECOVERS_AT_LEAST.get(i), 1.0);
        }
        double perToken8 =
                variant(report, "pca-per-token-8").path("heldout").path("fvu").asDouble();
        assertThat(perToken8).isBetween(0.444 * 0.99, 0.444 * 1.01);
        assertThat(variant(report, "kmeans-1024").path("heldout").path("fvu").asDouble())
                .isLessThan(0.337 * 1.03);
        assertThroughTheModel(report);
        assertThat(folder.resolve("r-features.svg")).doesNotExist();
        assertThat(Files.readString(folder.resolve("r.md"))).contains("topk-1024-k16", "kmeans-256");
        assertThat(Files.readString(folder.resolve("r.html")))
                .contains("FVU at matched L0")
                .endsWith("</html>\n");
        assertThat(Files.readAllLines(folder.resolve("r.metrics.jsonl"))).hasSizeGreaterThan(100);
        assertThat(Files.readString(folder.resolve("r.svg"))).startsWith("<svg").endsWith("</svg>\n");
    }

    /** Of rows of class rest; {@code --model-rows all} gives 4.960, 9.166 and 8.741. */
    private static void assertThroughTheModel(JsonNode report) {
        JsonNode references = report.path("through_model").path("references");
        assertThat(crossEntropy(references, "original")).isCloseTo(4.918, within(1e-3));
        assertThat(crossEntropy(references, "zero")).isCloseTo(9.201, within(1e-3));
        assertThat(crossEntropy(references, "mean")).isCloseTo(8.774, within(1e-3));
        assertThat(recovered(variant(report, "pca-first-32"))).isCloseTo(0.924, within(0.005));
        assertThat(recovered(variant(report, "pca-per-token-8"))).isCloseTo(0.849, within(0.005));
        assertThat(recovered(variant(report, "kmeans-1024"))).isCloseTo(0.874, within(0.01));
    }

    private static double crossEntropy(JsonNode references, String run) {
        return references.path(run).path("cross_entropy").asDouble();
    }

    private static double recovered(JsonNode variant) {
        return variant.path("through_model")
                .path("metrics")
                .path("ce_recovered")
                .asDouble();
    }

    private static JsonNode variant(JsonNode report, String id) {
        return StreamSupport.stream(report.path("variants").spliterator(), false)
                .filter(node -> node.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " must be in the report: " + report));
    }
}
