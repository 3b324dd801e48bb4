package dev.sluice.trainer.training;

import static dev.sluice.trainer.training.TrainerHarness.awaitState;
import static dev.sluice.trainer.training.TrainerHarness.hashes;
import static dev.sluice.trainer.training.TrainerHarness.manifest;
import static dev.sluice.trainer.training.TrainerHarness.measurements;
import static dev.sluice.trainer.training.TrainerHarness.startingAt;
import static dev.sluice.trainer.training.TrainerHarness.state;
import static dev.sluice.trainer.training.TrainerHarness.status;
import static dev.sluice.trainer.training.TrainerHarness.topK;
import static dev.sluice.trainer.training.TrainerHarness.uninterrupted;
import static dev.sluice.trainer.training.TrainerHarness.want;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.stream.Loopback;
import dev.sluice.trainer.stream.PublishedStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users ask of variants while a trainer runs; whatever they ask, equal rows give equal states. */
class WantedVariantIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int WIDTH = 16;

    @TempDir
    private static Path log;

    @TempDir
    private Path checkpoints;

    private static EmbeddedBroker broker;
    private static KafkaConnection kafka;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(log, 0);
        kafka = Loopback.connection(broker.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** A trainer takes every variant that it finds. */
    @AfterEach
    void deleteVariants() {
        TrainerHarness.deleteAll(kafka);
    }

    @Test
    void shouldEndInTheSameStateWhenPausedRestartedAndResumed() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 31).add(530, false);
        TrainerHarness.publish(kafka, topK("paused", stream, 64, 2, 400));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            await().atMost(LIMIT).until(() -> measurements(kafka, "paused").size() == 7);

            want(kafka, "paused", WantedVariant::pause);

            awaitState(kafka, "paused", "paused");
            assertThat(manifest(kafka, "paused").orElseThrow().tokens()).isEqualTo(448);
            assertThat(trainer.metric("state", "variant", "paused", "state", "paused"))
                    .isEqualTo(1);
        }
        stream.add(470, true);
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            await().atMost(LIMIT).until(() -> trainer.owns("paused"));
            assertThat(state(kafka, "paused")).isEqualTo("paused");

            want(kafka, "paused", WantedVariant::resume);

            awaitState(kafka, "paused", "finished");
            assertThat(trainer.metric("steps_total", "variant", "paused")).isEqualTo(31 - 7);
        }
        assertThat(measurements(kafka, "paused")).extracting(Measurement::step).doesNotHaveDuplicates();
        assertSameAsUninterrupted("paused");
    }

    @Test
    void shouldLetLateVariantsCatchUpAndShareTheReaderOfTheirCohort() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 32).add(900, false);
        TrainerHarness.publish(kafka, topK("early", stream, 64, 2, 5000));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "early", "training");

            TrainerHarness.publish(
                    kafka,
                    topK("late", stream, 64, 2, 5000),
                    topK("late-48", stream, 48, 2, 5000),
                    startingAt("row 100", topK("late-row", stream, 64, 2, 5000)));

            List.of("late", "late-48", "late-row").forEach(late -> awaitState(kafka, late, "training"));
            double before = trainer.metric("records_total", "result", "accepted", "reason", "");
            int records = stream.records();
            stream.add(600, true);
            List.of("early", "late", "late-48", "late-row").forEach(each -> awaitState(kafka, each, "finished"));
            assertThat(trainer.metric("records_total", "result", "accepted", "reason", "") - before)
                    .isEqualTo(stream.records() - records + stream.records());
        }
        assertThat(measurements(kafka, "late-row"))
                .hasSize(2 * 1400 / 64)
                .first()
                .returns(0L, Measurement::tokens);
        assertSameAsUninterrupted("late", "late-48", "late-row");
    }

    @Test
    void shouldReplayAFinishedVariantAsItsNextGeneration() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 33).add(500, true);
        TrainerHarness.publish(kafka, topK("replayed", stream, 64, 2, 200));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "replayed", "finished");
            TrainerHarness.publish(kafka, topK("a-week-later", stream, 64, 2, 200));
            awaitState(kafka, "a-week-later", "finished");

            want(kafka, "replayed", wanted -> wanted.replay("earliest"));

            await().atMost(LIMIT)
                    .until(
                            () -> manifest(kafka, "replayed").orElseThrow(),
                            last -> last.generation() == 1 && last.last());
            await().atMost(LIMIT)
                    .until(
                            () -> status(kafka, "replayed").orElseThrow(),
                            last -> last.state() == VariantPhase.FINISHED);
            assertThat(trainer.metric("steps_total", "variant", "replayed")).isEqualTo(30);
        }
        assertThat(status(kafka, "replayed").orElseThrow()).returns(1, VariantStatus::generation);
        List<Measurement> measured = measurements(kafka, "replayed");
        assertThat(measured.subList(15, 30))
                .allMatch(measurement -> measurement.generation() == 1)
                .extracting(Measurement::step, Measurement::losses)
                .isEqualTo(measured.subList(0, 15).stream()
                        .map(first -> tuple(first.step(), first.losses()))
                        .toList());
        assertThat(checkpoints.resolve("replayed")).isDirectoryNotContaining("glob:**.g0.*");
        assertSameAsUninterrupted("replayed", "a-week-later");
    }

    @Test
    void shouldReplayAFailedVariant() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 34).add(300, true);
        TrainerHarness.publish(kafka, startingAt("row 300", topK("behind", stream, 64, 1, 5000)));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "behind", "failed");
            assertThat(status(kafka, "behind").orElseThrow().reason()).contains("from", "300 rows", "row 300");

            want(kafka, "behind", wanted -> wanted.replay("row 44"));

            awaitState(kafka, "behind", "finished");
            assertThat(trainer.metric("steps_total", "variant", "behind")).isEqualTo(4);
        }
    }

    @Test
    void shouldStartWhereTheLogWasWhenItWasFirstAsked() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 35).add(300, false);
        long between = System.currentTimeMillis() + 1;
        await().until(() -> System.currentTimeMillis() > between);
        stream.add(200, false);
        TrainerHarness.publish(
                kafka,
                startingAt("latest", topK("latest", stream, 64, 2, 5000)),
                startingAt("timestamp " + between, topK("since", stream, 64, 2, 5000)));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "latest", "training");
            awaitState(kafka, "since", "training");
            assertThat(trainer.owns("since")).isTrue();
            assertThat(manifest(kafka, "latest").orElseThrow())
                    .returns(0L, CheckpointManifest::step)
                    .returns(500L, CheckpointManifest::row);
        }
        stream.add(300, true);

        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "latest", "finished");
            awaitState(kafka, "since", "finished");
            assertThat(trainer.service().failure().toCompletableFuture()).isNotDone();
        }

        assertThat(measurements(kafka, "latest")).hasSize(2 * 300 / 64);
        assertThat(measurements(kafka, "since")).hasSize(2 * 500 / 64);
        assertThat(measurements(kafka, "latest").get(0).statistics().all().squaredNorm())
                .isEqualTo(stream.squaredNorm(500, 64), within(1e-6));
        assertThat(measurements(kafka, "since").get(0).statistics().all().squaredNorm())
                .isEqualTo(stream.squaredNorm(300, 64), within(1e-6));
    }

    @Test
    void shouldFailNamingTheLostRowsAndNeverBeginWithOthers() throws Exception {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 36).add(900, true);
        try (Admin admin = Admin.create(kafka.admin())) {
            TopicPartition partition =
                    new TopicPartition(Topic.train(stream.spec().id()), 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(9)))
                    .all()
                    .get();
        }
        TrainerHarness.publish(kafka, topK("lost", stream, 64, 2, 5000));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "lost", "failed");
            String reason = String.valueOf(status(kafka, "lost").orElseThrow().reason());
            assertThat(reason).startsWith("rows-lost: rows [0, ");
            String kept = reason.substring(reason.indexOf(", ") + 2, reason.indexOf(')'));

            TrainerHarness.publish(kafka, startingAt("row " + kept, topK("kept", stream, 64, 2, 5000)));

            awaitState(kafka, "kept", "finished");
            assertThat(measurements(kafka, "kept")).hasSize(2 * (900 - Integer.parseInt(kept)) / 64);
            assertThat(trainer.metric("steps_total", "variant", "lost")).isZero();
        }
        assertThat(measurements(kafka, "lost")).isEmpty();
    }

    @Test
    void shouldLeaveNothingOfADeletedVariant() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 37).add(500, false);
        TrainerHarness.publish(kafka, topK("deleted", stream, 64, 1, 100));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            await().atMost(LIMIT).until(() -> manifest(kafka, "deleted").isPresent());

            TrainerHarness.delete(kafka, "deleted");

            await().atMost(LIMIT).until(() -> status(kafka, "deleted").isEmpty());
            assertThat(manifest(kafka, "deleted")).isEmpty();
            assertThat(checkpoints.resolve("deleted")).doesNotExist();
            await().atMost(LIMIT).until(() -> !trainer.owns("deleted"));

            VariantSpec another = topK("deleted", stream, 32, 1, 100);
            TrainerHarness.publish(kafka, another);
            stream.add(12, true);
            awaitState(kafka, "deleted", "finished");
            assertThat(manifest(kafka, "deleted").orElseThrow()).returns(another, CheckpointManifest::spec);
        }
    }

    @Test
    void shouldDeleteWhatWasDeletedWhileNobodyRan() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 38).add(200, true);
        TrainerHarness.publish(kafka, topK("left-over", stream, 64, 1, 100));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "left-over", "finished");
            assertThat(trainer.owns("left-over")).isTrue();
        }
        TrainerHarness.delete(kafka, "left-over");

        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            await().atMost(LIMIT).until(() -> status(kafka, "left-over").isEmpty());
            assertThat(trainer.owns("left-over")).isFalse();
        }
        assertThat(manifest(kafka, "left-over")).isEmpty();
        assertThat(checkpoints.resolve("left-over")).doesNotExist();
    }

    /** The same variants, trained from their start in one go by another trainer, must end with the same hashes. */
    private void assertSameAsUninterrupted(String... variants) {
        Map<String, String> hashes = hashes(kafka, variants);
        assertThat(uninterrupted(kafka, checkpoints.resolve("elsewhere"), variants))
                .isEqualTo(hashes);
    }
}
