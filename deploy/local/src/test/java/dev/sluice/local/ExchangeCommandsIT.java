package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported is measured, once imported again, as the variant that it came from; the report has both. */
class ExchangeCommandsIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    @TempDir
    private Path folder;

    @Test
    void shouldScoreAnExportThatIsImportedAgainAsTheVariantItself() throws Exception {
        Files.writeString(folder.resolve("variants.yaml"), """
                variants:
                  - id: ours
                    dictionary: {kind: batch-topk, latents: 64, k: 4}
                  - id: centres
                    dictionary: {kind: kmeans, latents: 16}
                """);
        run("--report", "before.json");

        assertThat(command("export", "ours", "out", "--data-dir", "data")).contains("ours after ");
        assertThat(command("import", "out", "--id", "back", "--data-dir", "data"))
                .contains(": measured at the next run");
        run("--report", "after.json", "--tracking-dir", "events");

        JsonNode report =
                new ObjectMapper().readTree(folder.resolve("after.json").toFile());
        assertThat(heldout(report, "back")).isPositive().isCloseTo(heldout(report, "ours"), within(1e-6));
        assertThat(folder.resolve("events/back"))
                .isDirectoryContaining(file -> file.toString().contains("tfevents"));
        assertThat(Files.readAllLines(folder.resolve("after.metrics.jsonl")))
                .anySatisfy(line -> assertThat(line).contains("\"series\":\"back\"", "\"split\":\"heldout\""));
        Path html = folder.resolve("r.html");
        Path markdown = folder.resolve("r.md");
        assertThat(command("report", "data", "--html", html.toString(), "--markdown", markdown.toString()))
                .contains(html.toString(), markdown.toString());
        assertThat(html).content().contains("back", "deploy/local/run --variants variants.yaml");
        assertThat(markdown).content().contains("| back | imported |", "FVU at matched L0");
        assertThat(fails("export", "centres", "out", "--data-dir", "data"))
                .isEqualTo("sluice: VARIANT must be an SAE of a kind that SAELens has, centres is of kind kmeans\n");
        assertThat(fails("export", "none", "out", "--data-dir", "data"))
                .isEqualTo("sluice: VARIANT must be one that has a checkpoint, back, centres, ours, got none\n");
        assertThat(fails("import", "out", "--id", "ours", "--data-dir", "data"))
                .isEqualTo("sluice: id must be free, ours is another variant's\n");
    }

    private static double heldout(JsonNode report, String variant) {
        for (JsonNode each : report.path("variants")) {
            if (each.path("variant").asText().equals(variant)) {
                return each.path("heldout").path("fvu").asDouble();
            }
        }
        return Double.NaN;
    }

    private void run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--variants", "variants.yaml", "--data-dir", "data"));
        arguments.addAll(List.of("--tokens", "8000", "--epochs", "1", "--http-port", "0", "--kafka-port", "0"));
        arguments.add("--exit-when-done");
        arguments.addAll(List.of(options));
        try (ChildRun run = ChildRun.start(folder, arguments.toArray(String[]::new))) {
            run.waitForSuccess(LIMIT);
        }
    }

    private String command(String... arguments) {
        Answer answer = answer(arguments);
        assertThat(answer.exit()).as(answer.err()).isZero();
        return answer.out();
    }

    private String fails(String... arguments) {
        Answer answer = answer(arguments);
        assertThat(answer.exit()).as(answer.out()).isEqualTo(1);
        return answer.err();
    }

    /** @param arguments of which "data" and "out" are folders of this test */
    private Answer answer(String... arguments) {
        return Answer.to(Stream.of(arguments)
                .map(each -> each.equals("data") || each.equals("out")
                        ? folder.resolve(each).toString()
                        : each)
                .toArray(String[]::new));
    }
}
