package dev.sluice.trainer.exchange;

import static dev.sluice.trainer.training.TrainerHarness.manifest;
import static dev.sluice.trainer.training.TrainerHarness.measurements;
import static dev.sluice.trainer.training.TrainerHarness.status;
import static dev.sluice.trainer.training.TrainerHarness.want;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.dictionary.PlainInference;
import dev.sluice.trainer.stream.Loopback;
import dev.sluice.trainer.stream.PublishedStream;
import dev.sluice.trainer.training.TrainerHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import is measured on the stream as any variant is, and is none any more once its weights are gone. */
class VariantImportIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final Path GOLDEN = Path.of("src/test/resources/golden/sae/saelens_topk");
    private static final int WIDTH = 16;
    private static final int ROWS = 1500;

    @TempDir
    private Path log;

    @TempDir
    private Path checkpoints;

    private EmbeddedBroker broker;
    private KafkaConnection kafka;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(log, 0);
        kafka = Loopback.connection(broker.bootstrapServers());
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void shouldMeasureAnImportOnEveryRowWithoutChangingIt() throws Exception {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 77).add(ROWS, true);
        ForeignSae sae = Exchange.read(GOLDEN);
        VariantImport imports = new VariantImport(kafka, checkpoints, TrainerHarness.PARTITIONS);

        imports.add("theirs", sae, null);

        assertThatThrownBy(() -> imports.add("theirs", sae, null))
                .isInstanceOf(ExchangeException.class)
                .hasMessage("id must be free, theirs is another variant's");
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState("finished");
            assertThat(trainer.owns("theirs")).isTrue();
            List<Measurement> measured = measurements(kafka, "theirs");
            assertThat(measured).extracting(Measurement::batchTokens).containsExactly(1024L);
            assertThat(measured.get(0).statistics().all().squaredError())
                    .isCloseTo(squaredError(sae, stream, 1024), within(1e-2));
            assertThat(manifest(kafka, "theirs").orElseThrow())
                    .returns(1024L, CheckpointManifest::tokens)
                    .returns(true, CheckpointManifest::last);

            want(kafka, "theirs", wanted -> wanted.replay("earliest"));

            awaitState("failed");
            assertThat(status(kafka, "theirs").orElseThrow().reason()).contains("import it again");
        }
    }

    @Test
    void shouldRefuseWhatHasNoStreamOfItsWidth() throws Exception {
        new PublishedStream(kafka, 8, 78).add(100, true);
        ForeignSae sae = Exchange.read(GOLDEN);
        VariantImport imports = new VariantImport(kafka, checkpoints, TrainerHarness.PARTITIONS);

        assertThatThrownBy(() -> imports.add("theirs", sae, null))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("stream must be one of width 16", "got none");
        assertThatThrownBy(() -> imports.add("Theirs", sae, null))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("id must be a DNS label", "got Theirs");
        assertThat(checkpoints).isEmptyDirectory();
    }

    private static double squaredError(ForeignSae sae, PublishedStream stream, int rows) {
        PlainInference inference = new PlainInference(sae.weights());
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            float[] x = PublishedStream.row(stream.spec(), row);
            double[] made = inference.rows(x).get(0).reconstructed();
            for (int i = 0; i < WIDTH; i++) {
                sum += (x[i] - made[i]) * (x[i] - made[i]);
            }
        }
        return sum;
    }

    private void awaitState(String state) {
        await().atMost(LIMIT).until(() -> TrainerHarness.state(kafka, "theirs").equals(state));
    }
}
