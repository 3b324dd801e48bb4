package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each recipe runs by its one command. */
class RecipesIT {
    private static final Path RECIPES =
            Path.of("..", "recipes").toAbsolutePath().normalize();
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void shouldSayWhatKnownFeaturesAreFoundAndExportTheWeights() throws Exception {
        run("known-features");

        JsonNode report = MAPPER.readTree(folder.resolve("out/report.json").toFile());
        assertThat(report.path("tokens").asLong()).isEqualTo(3_000);
        assertThat(report.path("variants")).hasSize(6).allSatisfy(entry -> {
            JsonNode found = entry.path("truth").path("found");
            assertThat(found.path("recall_mmcs").asDouble())
                    .isGreaterThan(found.path("chance").path("recall").asDouble() / 2);
            assertThat(entry.path("truth").path("latents").path("alive").asInt())
                    .isPositive();
        });
        assertThat(folder.resolve("out/report-features.svg"))
                .content()
                .startsWith("<svg")
                .contains("l1-2048");
        assertThat(folder.resolve("out/report.md")).content().contains("## Known features", "| l1-2048 | ");
        JsonNode metadata =
                MAPPER.readTree(folder.resolve("out/l1-2048/metadata.json").toFile());
        assertThat(metadata.path("features").asInt()).isEqualTo(2048);
        assertThat(metadata.path("width").asInt()).isEqualTo(768);
        assertThat(metadata.path("average_sparsity").asDouble()).isPositive().isLessThan(1);
        assertThat(metadata.path("active_features").asInt()).isBetween(1, 2048);
        assertThat(metadata.path("training").path("loss").asDouble()).isPositive();
        JsonNode validation = metadata.path("validation");
        JsonNode heldout = entry(report, "l1-2048").path("heldout");
        double loss = heldout.path("sse").asDouble() + 20 * heldout.path("l1").asDouble();
        assertThat(validation.path("loss").asDouble()).isPositive().isCloseTo(loss, within(1e-6));
        assertThat(folder.resolve("out/l1-2048/sae_weights.safetensors")).isNotEmptyFile();
    }

    @Test
    void shouldNameTheRecipesThatThereAre() {
        try (ChildRun run = ChildRun.start(RECIPES.resolve("run"), folder, "no-such")) {
            assertThat(run.waitFor(LIMIT)).isEqualTo(2);
            assertThat(run.output()).contains("NAME must be one of ", "known-features", "got no-such");
        }
    }

    private static JsonNode entry(JsonNode report, String variant) {
        return StreamSupport.stream(report.path("variants").spliterator(), false)
                .filter(each -> each.path("variant").asText().equals(variant))
                .findFirst()
                .orElseThrow();
    }

    private void run(String name) throws IOException {
        assertThat(Files.isExecutable(RECIPES.resolve("run"))).isTrue();
        String[] arguments = {name, "--sample", "--out", "out", "--http-port", "0", "--kafka-port", "0"};
        try (ChildRun run = ChildRun.start(RECIPES.resolve("run"), folder, arguments)) {
            run.waitForSuccess(LIMIT);
        }
    }
}
