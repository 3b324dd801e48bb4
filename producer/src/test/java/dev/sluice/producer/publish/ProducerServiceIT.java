package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.model.RandomNeox;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Loopback;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.producer.synthetic.SyntheticSource;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerServiceIT {
    private static final String MIDDLE = "blocks.3.hook_resid_post";
    private static final String MLP = "blocks.1.hook_mlp_out";

    /** The sample's whole length in windows of 128, and its held-out part (shared README). */
    private static final long HELDOUT_ROWS = 3976;

    @TempDir
    static Path folder;

    private static SampleProducer producer;
    private static EmbeddedBroker broker;
    private static KafkaConnection kafka;
    private static Path model;

    @BeforeAll
    static void start() throws IOException {
        model = BundledSample.unpackModel(folder.resolve("model"));
        producer = new SampleProducer();
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        kafka = Loopback.connection(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
        producer.close();
    }

    @Test
    void shouldPublishTheWholeSampleOnce() {
        // When
        CollectorRegistry registry = new CollectorRegistry();
        long begin = System.nanoTime();
        StreamSpec spec = producer.run(kafka, settings(MIDDLE), registry).get(0);
        double seconds = (System.nanoTime() - begin) / 1e9;

        // Then
        CommittedLog log = new CommittedLog(kafka, spec);
        List<ActivationRecord> train = log.train();
        long rows = CommittedLog.rowsWithoutGap(train);
        System.out.printf(
                "whole sample: %d rows in %.1f s, %.0f rows/s, busy seconds %s%n",
                rows, seconds, rows / seconds, log.progress().telemetry().stageSeconds());
        assertThat(CommittedLog.rowsWithoutGap(log.heldout())).isEqualTo(HELDOUT_ROWS);
        assertThat(documents(log.heldout())).hasSize(7).doesNotContainAnyElementsOf(documents(train));
        assertThat(spec.dtype()).isEqualTo("F16");
        StreamProgress progress = log.progress();
        assertThat(progress.complete()).isTrue();
        assertThat(progress.rows())
                .isEqualTo(rows)
                .isEqualTo(progress.telemetry().reading().expectedRows());
        assertThat(progress.heldoutRows()).isEqualTo(HELDOUT_ROWS);
        assertThat(registry.getSampleValue("sluice_producer_tokens_total")).isEqualTo((double) (rows + HELDOUT_ROWS));
        assertThat(registry.getSampleValue("sluice_producer_bytes_total"))
                .isEqualTo((double) progress.telemetry().logBytes());
    }

    @Test
    void shouldPublishTheSameBytesAnywhere() {
        // Given
        ProducerSettings settings =
                settings(MIDDLE).withTokens(20_000).withBlockRows(6000).withSeed(7);
        StreamSpec spec = producer.run(kafka, settings).get(0);

        // When another broker gets the same, in other transactions
        try (EmbeddedBroker other = EmbeddedBroker.start(folder.resolve("other"), 0)) {
            KafkaConnection elsewhere = Loopback.connection(other.bootstrapServers());
            StreamSpec again = producer.run(elsewhere, settings.withRecordsPerTransaction(3))
                    .get(0);

            // Then
            assertThat(again).isEqualTo(spec);
            assertThat(new CommittedLog(elsewhere, again).values()).isEqualTo(new CommittedLog(kafka, spec).values());
        }
    }

    @Test
    void shouldDoNothingWhenTheStreamIsComplete() {
        // Given
        ProducerSettings settings = settings(MIDDLE).withTokens(5000).withSeed(1);
        StreamSpec spec = producer.run(kafka, settings).get(0);
        StreamProgress before = new CommittedLog(kafka, spec).progress();

        // When
        CollectorRegistry registry = new CollectorRegistry();
        StreamSpec again = producer.run(kafka, settings, registry).get(0);

        // Then
        assertThat(again).isEqualTo(spec);
        assertThat(new CommittedLog(kafka, spec).progress()).isEqualTo(before);
        assertThat(registry.getSampleValue("sluice_producer_tokens_total")).isZero();
    }

    @Test
    void shouldEndAtTheFirstWindowThatReachesTheBound() {
        // When
        StreamSpec spec = producer.run(
                        kafka, settings(MIDDLE).withTokens(20_000).withBlockRows(6000))
                .get(0);

        // Then
        CommittedLog log = new CommittedLog(kafka, spec);
        assertThat(CommittedLog.rowsWithoutGap(log.train())).isBetween(20_000L, 20_127L);
        assertThat(log.progress().complete()).isTrue();
        assertThat(log.progress().place().block()).isEqualTo(4);
    }

    @Test
    void shouldPublishSeveralHooksWithTheSameRowsEachAsIfAlone() {
        // When
        List<StreamSpec> both =
                producer.run(kafka, settings(MLP, MIDDLE).withTokens(9000).withSeed(2));
        StreamSpec alone =
                producer.run(kafka, settings(MLP).withTokens(9000).withSeed(3)).get(0);

        // Then
        assertThat(both).extracting(StreamSpec::hook).containsExactly(MLP, MIDDLE);
        List<ActivationRecord> mlp = new CommittedLog(kafka, both.get(0)).train();
        List<ActivationRecord> middle = new CommittedLog(kafka, both.get(1)).train();
        List<String> otherOrder = rows(new CommittedLog(kafka, alone).train());
        assertThat(labels(mlp)).isEqualTo(labels(middle));
        assertThat(rows(mlp)).isNotEqualTo(otherOrder).containsExactlyInAnyOrderElementsOf(otherOrder);
    }

    @Test
    void shouldJoinByRowNumberWithAStreamOfAnotherModelHookWidthAndDtype(@TempDir Path other) throws IOException {
        // Given: a model that shares the tokenizer alone
        new RandomNeox(4096, 64, 2, 4, 256, 0.25).write(other, 1);
        Files.copy(model.resolve("tokenizer.json"), other.resolve("tokenizer.json"));
        ProducerSettings narrow = ProducerProcess.settings(other, List.of("blocks.0.hook_mlp_out"))
                .withDtype("F32");

        // When
        StreamSpec left = producer.run(kafka, settings(MIDDLE).withTokens(9000).withBlockRows(4000))
                .get(0);
        StreamSpec right =
                producer.run(kafka, narrow.withTokens(9000).withBlockRows(4000)).get(0);

        // Then
        assertThat(right.width()).isNotEqualTo(left.width());
        assertThat(right.dtype()).isNotEqualTo(left.dtype());
        assertThat(right.orderDigest()).isEqualTo(left.orderDigest());
        assertThat(places(new CommittedLog(kafka, right).train()))
                .hasSizeGreaterThan(9000)
                .isEqualTo(places(new CommittedLog(kafka, left).train()));
        assertThat(places(new CommittedLog(kafka, right).heldout()))
                .isNotEmpty()
                .isEqualTo(places(new CommittedLog(kafka, left).heldout()));
    }

    @Test
    void shouldComputeOnlyTheHookThatIsNew() {
        // Given
        ProducerSettings settings =
                settings(MIDDLE).withTokens(9000).withSeed(4).withBlockRows(4000);
        StreamSpec first = producer.run(kafka, settings).get(0);
        StreamProgress before = new CommittedLog(kafka, first).progress();

        // When
        List<StreamSpec> both = producer.run(
                kafka, settings(MIDDLE, MLP).withTokens(9000).withSeed(4).withBlockRows(4000));

        // Then
        assertThat(both.get(0)).isEqualTo(first);
        assertThat(new CommittedLog(kafka, first).progress()).isEqualTo(before);
        assertThat(new CommittedLog(kafka, both.get(1)).progress().rows()).isEqualTo(before.rows());
    }

    @Test
    void shouldGoOnWhereAGracefulStopEnded() {
        // Given
        ProducerSettings settings = settings(MIDDLE)
                .withTokens(40_000)
                .withSeed(5)
                .withBlockRows(8000)
                .withRecordsPerTransaction(1);
        ProducerService service = producer.service(kafka, settings, new CollectorRegistry());
        service.start();
        StreamSpec spec = service.streams().toCompletableFuture().join().get(0);
        CommittedLog log = new CommittedLog(kafka, spec);
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .until(() -> log.progress().rows() > 0);

        // When
        service.stop(Duration.ofMinutes(2));
        boolean wasComplete = log.progress().complete();
        producer.run(kafka, settings);

        // Then
        assertThat(wasComplete).isFalse();
        assertThat(log.progress().complete()).isTrue();
        assertThat(CommittedLog.rowsWithoutGap(log.train()))
                .isEqualTo(log.progress().rows());
        StreamSpec undisturbed = producer.run(kafka, settings.withSeed(6)).get(0);
        assertThat(rows(log.train()))
                .containsExactlyInAnyOrderElementsOf(rows(new CommittedLog(kafka, undisturbed).train()));
    }

    @Test
    void shouldPublishSyntheticRowsUnchanged() {
        // Given
        NamedSpec source = Synthetics.small(10_000, 1_000);
        ProducerSettings settings = ProducerSettings.of(new RowSource.Synthetic(source))
                .withBlockRows(4096)
                .withDtype("F32");

        // When
        StreamSpec spec = producer.run(kafka, settings).get(0);

        // Then
        CommittedLog log = new CommittedLog(kafka, spec);
        List<ActivationRecord> train = log.train();
        assertThat(CommittedLog.rowsWithoutGap(train)).isEqualTo(10_000);
        assertThat(CommittedLog.rowsWithoutGap(log.heldout())).isEqualTo(1_000);
        assertThat(spec.id()).startsWith("small-synthetic-");
        assertThat(spec.values().synthetic()).isEqualTo(source.spec());
        assertThat(Json.read(Json.write(spec), StreamSpec.class)).isEqualTo(spec);
        ActivationRecord record = train.get(0);
        float[] row = new float[32];
        record.copyActivations(11, 1, FloatBuffer.wrap(row));
        assertThat(row).isEqualTo(new SyntheticSource(source.spec()).row(record.document(11)));
        assertThat(source.spec().isHeldOut(record.document(11))).isFalse();
        assertThat(record.position(11)).isZero();
        assertThat(record.rowClass(11)).isEqualTo(RowClass.REST);
    }

    @Test
    void shouldNameTheHookThatTheModelLacks() {
        assertThatThrownBy(() -> producer.run(kafka, settings("blocks.9.hook_resid_post")))
                .hasMessageContaining("blocks.9.hook_resid_post");
    }

    private static ProducerSettings settings(String... hooks) {
        return ProducerProcess.settings(model, List.of(hooks));
    }

    private static Set<Long> documents(List<ActivationRecord> records) {
        Set<Long> documents = new HashSet<>();
        records.forEach(record -> {
            for (int row = 0; row < record.rows(); row++) {
                documents.add(record.document(row));
            }
        });
        return documents;
    }

    /** Where each row comes from, and its values' hash, in log order. */
    private static List<String> rows(List<ActivationRecord> records) {
        List<String> rows = new ArrayList<>();
        for (ActivationRecord record : records) {
            float[] values = new float[record.width()];
            for (int row = 0; row < record.rows(); row++) {
                record.copyActivations(row, 1, FloatBuffer.wrap(values));
                rows.add(record.document(row) + " " + record.window(row) + " " + record.position(row) + " "
                        + record.tokenId(row) + " " + record.rowClass(row) + " " + Arrays.hashCode(values));
            }
        }
        return rows;
    }

    /** Document, window, position and token id of each row, whatever was measured there, in log order. */
    private static List<String> places(List<ActivationRecord> records) {
        return labels(records).stream()
                .map(row -> row.substring(0, row.lastIndexOf(' ')))
                .toList();
    }

    private static List<String> labels(List<ActivationRecord> records) {
        return rows(records).stream()
                .map(row -> row.substring(0, row.lastIndexOf(' ')))
                .toList();
    }
}
