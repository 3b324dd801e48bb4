package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    @TempDir
    private Path folder;

    @Test
    void shouldFinishTheOtherVariantsAndLeaveWithOneWhenAVariantFails() throws Exception {
        Files.writeString(folder.resolve("variants.yaml"), """
                variants:
                  - {id: wild, dictionary: {kind: standard, latents: 256}, training: {learning-rate: 1e30}}
                  - {id: kmeans, dictionary: {kind: kmeans, latents: 64}}
                """);

        try (ChildRun run = run()) {
            assertThat(run.waitFor(LIMIT)).isEqualTo(1);
            assertThat(run.output()).contains("sluice: variant wild failed: ", "must be finite");
        }

        JsonNode report =
                new ObjectMapper().readTree(folder.resolve("r.json").toFile()).path("variants");
        assertThat(report.findValuesAsText("id")).contains("kmeans");
        assertThat(report.path(report.findValuesAsText("id").indexOf("kmeans"))
                        .path("heldout")
                        .path("fvu")
                        .asDouble())
                .isBetween(0.1, 1.0);
    }

    @Test
    void shouldRefuseAVariantsFileByEveryFieldThatIsWrong() throws Exception {
        Files.writeString(folder.resolve("variants.yaml"), """
                variants:
                  - {id: Wrong, dictionary: {kind: topk, latents: 16, k: 17}}
                  - {id: unknown, dictionary: {kind: topk, latent: 16}}
                """);

        try (ChildRun run = run()) {
            assertThat(run.waitFor(LIMIT)).isEqualTo(2);
            assertThat(run.output())
                    .contains("variants.yaml", "Wrong", "latent")
                    .as("nothing was started")
                    .doesNotContain("broker");
        }
    }

    private ChildRun run() {
        return ChildRun.start(
                folder,
                "--variants",
                "variants.yaml",
                "--tokens",
                "8000",
                "--epochs",
                "1",
                "--http-port",
                "0",
                "--kafka-port",
                "0",
                "--exit-when-done",
                "--report",
                "r.json");
    }
}
