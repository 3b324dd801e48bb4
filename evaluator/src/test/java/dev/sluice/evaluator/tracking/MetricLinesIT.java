package dev.sluice.evaluator.tracking;

import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.producer.contract.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricLinesIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private MetricLines lines;

    @BeforeEach
    void open() throws IOException {
        lines = new MetricLines(
                Facts.STREAM,
                FileChannel.open(
                        folder.resolve("scratch"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    @AfterEach
    void close() throws IOException {
        lines.close();
    }

    @Test
    void shouldWriteTheNewestRecordOfEachKeyInTheOrderOfNames() throws Exception {
        add(window("topk", 200, false, 1));
        add(window("topk", 100, false, 2));
        add(window("pca", 300, false, 3));
        add(window("topk", 200, false, 4));

        assertThat(written()).containsExactly("pca 300 at 3", "topk 100 at 2", "topk 200 at 4");
    }

    @Test
    void shouldWriteNothingOfADeletedVariant() throws Exception {
        add(window("pca", 100, false, 1));
        add(window("topk", 100, false, 2));
        add(window("topk", 200, false, 3));
        lines.add(window("topk", 100, false, 2).key(), null);
        lines.add(window("topk", 200, false, 3).key(), null);

        assertThat(written()).containsExactly("pca 100 at 1");
    }

    @Test
    void shouldWriteOnlyTheSecondTrainingOfAVariantThatWasWantedAgain() throws Exception {
        add(window("topk", 100, false, 1));
        add(window("topk", 200, false, 2));
        lines.add(window("topk", 100, false, 1).key(), null);
        lines.add(window("topk", 200, false, 2).key(), null);
        add(window("topk", 100, false, 9));
        add(window("topk", 200, true, 10));

        assertThat(written()).containsExactly("topk 100 at 9");
    }

    private void add(RollingMetrics metrics) {
        lines.add(metrics.key(), metrics);
    }

    private List<String> written() throws IOException {
        Path file = folder.resolve("r.metrics.jsonl");
        lines.writeTo(file);
        List<String> written = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            var json = Json.mapper().readTree(line);
            written.add(json.path("series").asText() + " " + json.path("tokens").asLong() + " at "
                    + json.path("at_millis").asLong());
        }
        return written;
    }

    private static RollingMetrics window(String variant, long end, boolean partial, long atMillis) {
        return Facts.metrics(variant, "", variant, PREQUENTIAL, end, end, partial, false, 0.5, atMillis);
    }
}
