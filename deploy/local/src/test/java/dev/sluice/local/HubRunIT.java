package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.DocumentCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job with the model and the corpus by their names on a hub. */
class HubRunIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final String VARIANT = "variants: [{id: pca, dictionary: {kind: pca, fixed: [8], per-token: [8]}}]";

    @TempDir
    private Path folder;

    @Test
    void shouldRunByNameAndAgainOffline() throws Exception {
        Path model = BundledSample.unpackModel(folder.resolve("model"));
        try (FolderHub hub = FolderHub.start().with("models/org/tiny", model).with("datasets/org/pile", corpus())) {
            try (ChildRun run = run("HF_ENDPOINT=" + hub.endpoint()).waitForSuccess(LIMIT)) {
                assertThat(run.output())
                        .contains("model org/tiny at " + FolderHub.COMMIT, "data set org/pile at " + FolderHub.COMMIT);
            }
        }
        assertThat(new ObjectMapper()
                        .readTree(folder.resolve("r.json").toFile())
                        .path("stream")
                        .asText())
                .startsWith("org-pile-l3-resid-post-");
        assertThat(folder.resolve("cache/hub/models--org--tiny/snapshots/" + FolderHub.COMMIT + "/model.safetensors"))
                .hasSameBinaryContentAs(model.resolve("model.safetensors"));

        try (ChildRun again = run("HF_HUB_OFFLINE=1").waitForSuccess(LIMIT)) {
            assertThat(again.output()).contains("Report: ");
        }
    }

    @Test
    void shouldSayWhatToDoWithoutTheHub() throws IOException {
        try (ChildRun run = run("HF_HUB_OFFLINE=1")) {
            assertThat(run.waitFor(LIMIT)).isEqualTo(1);
            assertThat(run.output())
                    .contains("sluice: HF_HUB_OFFLINE is set and the cache ", " has nothing of org/tiny; start once");
        }
    }

    private ChildRun run(String variable) throws IOException {
        Files.writeString(folder.resolve("v.yaml"), VARIANT);
        List<String> arguments = new ArrayList<>(List.of(
                variable,
                "HF_HOME=" + folder.resolve("cache"),
                Path.of("run").toAbsolutePath().toString()));
        arguments.addAll(List.of(
                "--model",
                "org/tiny",
                "--corpus",
                "org/pile",
                "--tokens",
                "5000",
                "--epochs",
                "1",
                "--variants",
                "v.yaml"));
        arguments.addAll(List.of("--http-port", "0", "--kafka-port", "0", "--exit-when-done", "--report", "r.json"));
        return ChildRun.start(Path.of("/usr/bin/env"), folder, arguments.toArray(String[]::new));
    }

    private Path corpus() throws IOException {
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        Path file = corpus.resolve("train-00000-of-00001.parquet");
        write(file);
        return corpus;
    }

    private static void write(Path file) throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType("message schema { required binary text (STRING); }");
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        try (DocumentCursor sample = BundledSample.corpus().open(0);
                ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withConf(new PlainParquetConfiguration())
                        .withType(schema)
                        .build()) {
            while (sample.hasNext()) {
                writer.write(groups.newGroup().append("text", sample.next().text()));
            }
        }
    }
}
