package dev.sluice.trainer.training;

import static dev.sluice.trainer.training.TrainerHarness.awaitState;
import static dev.sluice.trainer.training.TrainerHarness.manifest;
import static dev.sluice.trainer.training.TrainerHarness.measurements;
import static dev.sluice.trainer.training.TrainerHarness.state;
import static dev.sluice.trainer.training.TrainerHarness.status;
import static dev.sluice.trainer.training.TrainerHarness.topK;
import static dev.sluice.trainer.training.TrainerHarness.uninterrupted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.checkpoint.CheckpointListing;
import dev.sluice.trainer.checkpoint.VariantOwner;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.stream.Loopback;
import dev.sluice.trainer.stream.PublishedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
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
    void shouldTrainExactBatchesOverAllPassesAndFinish() {
        // Given
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 1).add(1000, true);
        VariantSpec spec = topK("exact", stream, 64, 3, 500);
        TrainerHarness.publish(kafka, spec);

        // When
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "exact", "finished");
            assertThat(trainer.metric("steps_total", "variant", "exact")).isEqualTo(46);
            assertThat(trainer.metric("state", "variant", "exact", "state", "finished"))
                    .isEqualTo(1);
        }

        // Then
        List<Measurement> measured = measurements(kafka, "exact");
        assertThat(measured).hasSize(46);
        for (int step = 0; step < 46; step++) {
            Measurement measurement = measured.get(step);
            assertThat(measurement.step()).isEqualTo(step);
            assertThat(measurement.tokens()).isEqualTo(step * 64L);
            assertThat(measurement.batchTokens()).isEqualTo(64);
            assertThat(measurement.split()).isEqualTo(step < 15 ? "prequential" : "seen");
            assertThat(measurement.last()).isEqualTo(step == 14 || step == 45);
            assertThat(measurement.statistics().all().rows()).isEqualTo(64);
            assertThat(measurement.statistics().all().squaredNorm())
                    .isCloseTo(stream.squaredNorm(step * 64L, 64), within(1e-6));
            assertThat(measurement.losses()).containsKeys("loss", "gradient-norm", "learning-rate");
        }
        CheckpointManifest last = manifest(kafka, "exact").orElseThrow();
        assertThat(last)
                .returns(true, CheckpointManifest::last)
                .returns(46L, CheckpointManifest::step)
                .returns(2944L, CheckpointManifest::tokens)
                .returns(944L, CheckpointManifest::row)
                .returns(2, CheckpointManifest::epoch)
                .returns(stream.spec().digest(), CheckpointManifest::streamDigest);
        assertThat(CheckpointListing.of(checkpoints).lines()).containsExactly("exact 944 " + last.sha256());
        assertThat(CheckpointListing.of(checkpoints)
                        .checkpoints()
                        .get(0)
                        .header()
                        .ledger()
                        .rows())
                .isEqualTo(2944);
        assertThat(status(kafka, "exact").orElseThrow())
                .returns(2944L, VariantStatus::tokens)
                .returns(2944L, VariantStatus::targetTokens)
                .returns(48L, VariantStatus::latents);
        assertThat(checkpoints.resolve("exact")).isDirectoryContaining("glob:**.safetensors");
        assertThat(files("exact")).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void shouldShareOneFetchAndOneDecodeAmongVariants() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 2).add(900, true);
        TrainerHarness.publish(
                kafka,
                topK("share-a", stream, 64, 2, 5000),
                topK("share-b", stream, 64, 2, 5000),
                topK("share-c", stream, 48, 2, 5000));

        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "share-a", "finished");
            awaitState(kafka, "share-b", "finished");
            awaitState(kafka, "share-c", "finished");

            assertThat(trainer.metric("records_total", "result", "accepted", "reason", ""))
                    .isEqualTo(2 * stream.records());
        }
        assertThat(measurements(kafka, "share-a")).hasSize(28);
        assertThat(measurements(kafka, "share-c")).hasSize(37);
    }

    @Test
    void shouldLetTheOthersGoOnWhenOneVariantFails() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 3).add(900, true);
        TrainerHarness.publish(kafka, topK("fails", stream, 64, 1, 5000), topK("goes-on", stream, 64, 1, 5000));

        try (TrainerHarness trainer = new TrainerHarness(
                kafka,
                checkpoints,
                spec -> spec.id().equals("fails") ? new ExplodingKind(Kind.of(spec), 5) : Kind.of(spec))) {
            awaitState(kafka, "goes-on", "finished");
            awaitState(kafka, "fails", "failed");
            assertThat(trainer.service().failure().toCompletableFuture()).isNotDone();
        }
        assertThat(status(kafka, "fails").orElseThrow().reason()).contains("loss", "NaN", "step 5");
        assertThat(measurements(kafka, "goes-on")).hasSize(14);
        assertThat(measurements(kafka, "fails")).hasSize(5);

        try (TrainerHarness again = new TrainerHarness(kafka, checkpoints)) {
            assertThat(again.service().failure().toCompletableFuture()).isNotDone();
            await().during(Duration.ofSeconds(2))
                    .atMost(LIMIT)
                    .until(() -> state(kafka, "fails").equals("failed"));
        }
    }

    @Test
    void shouldEndInTheSameStateWhenStoppedAndStartedAgain() throws Exception {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 4).add(530, false);
        TrainerHarness.publish(kafka, topK("resumes", stream, 64, 3, 400));
        trainUntil(() -> {
            await().atMost(LIMIT).until(() -> measurements(kafka, "resumes").size() >= 7);
        });
        CheckpointManifest handedOver = manifest(kafka, "resumes").orElseThrow();
        assertThat(state(kafka, "resumes")).isEqualTo("handing-over");
        assertThat(handedOver.tokens()).isEqualTo(448);

        stream.add(470, true);
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "resumes", "finished");
            assertThat(trainer.metric("steps_total", "variant", "resumes")).isEqualTo(46 - 7);
        }
        String resumed = manifest(kafka, "resumes").orElseThrow().sha256();

        assertThat(uninterrupted(kafka, checkpoints.resolve("elsewhere"), "resumes"))
                .containsEntry("resumes", resumed);
    }

    @Test
    void shouldGoBackToThePredecessorOfATornCheckpoint() throws Exception {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 5).add(530, false);
        TrainerHarness.publish(kafka, topK("torn", stream, 64, 2, 128));
        trainUntil(() -> {
            await().atMost(LIMIT).until(() -> measurements(kafka, "torn").size() >= 7);
        });
        CheckpointManifest newest = manifest(kafka, "torn").orElseThrow();
        assertThat(newest.previous()).isNotNull();
        Path file = checkpoints.resolve(newest.file());
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);

        stream.add(470, true);
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "torn", "finished");
            assertThat(trainer.metric("checkpoints_total", "result", "rejected"))
                    .isEqualTo(1);
        }
        String restored = manifest(kafka, "torn").orElseThrow().sha256();

        assertThat(uninterrupted(kafka, checkpoints.resolve("elsewhere"), "torn"))
                .containsEntry("torn", restored);
    }

    @Test
    void shouldRefuseTheCheckpointOfAnotherSpecOrStreamByTheFieldThatDiffers() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 6).add(300, true);
        VariantSpec spec = topK("foreign", stream, 64, 1, 5000);
        TrainerHarness.publish(kafka, spec);
        trainUntil(() -> {
            awaitState(kafka, "foreign", "finished");
        });
        CheckpointManifest mine = manifest(kafka, "foreign").orElseThrow();
        CheckpointManifest others = new CheckpointManifest(
                new CheckpointManifest.Origin(mine.spec(), 0, "e".repeat(64)),
                mine.position(),
                false,
                mine.stored(),
                mine.provenance(),
                null);
        try (VariantOwner owner = VariantOwner.take(kafka, "foreign")) {
            owner.commit(Topic.CHECKPOINTS, Json.write(others));
        }

        trainUntil(() -> {
            awaitState(kafka, "foreign", "failed");
        });
        assertThat(status(kafka, "foreign").orElseThrow().reason())
                .contains("stream_digest must be " + "e".repeat(64) + ", got "
                        + stream.spec().digest());
    }

    @Test
    void shouldFailAllVariantsOfAStreamWithAForeignRecordNamingBothDigests() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 7).add(300, false);
        PublishedStream other = new PublishedStream(kafka, WIDTH, 8);
        stream.addRaw(other.record(300, 20));
        TrainerHarness.publish(kafka, topK("misled", stream, 64, 1, 5000));

        trainUntil(() -> {
            awaitState(kafka, "misled", "failed");
        });
        assertThat(status(kafka, "misled").orElseThrow().reason())
                .contains(stream.spec().digest(), other.spec().digest());
    }

    @Test
    void shouldTakeVariantsAndStreamsThatAppearWhileItRuns() {
        trainUntil(() -> {
            PublishedStream stream = new PublishedStream(kafka, WIDTH, 9);
            TrainerHarness.publish(kafka, topK("early", stream, 64, 1, 5000));
            awaitState(kafka, "early", "waiting");
            stream.add(300, true);
            awaitState(kafka, "early", "finished");
            TrainerHarness.publish(kafka, topK("late", stream, 64, 1, 5000));
            awaitState(kafka, "late", "finished");
        });
    }

    @Test
    void shouldDropAVariantThatAnotherOwnerHasTakenWithoutWriting() {
        PublishedStream stream = new PublishedStream(kafka, WIDTH, 10).add(300, false);
        TrainerHarness.publish(kafka, topK("taken", stream, 64, 1, 5000));
        try (TrainerHarness trainer = new TrainerHarness(kafka, checkpoints)) {
            awaitState(kafka, "taken", "training");
            try (VariantOwner thief = VariantOwner.take(kafka, "taken")) {
                await().atMost(LIMIT).until(() -> trainer.metric("fenced_total") == 1);
                assertThat(thief).isNotNull();
            }
        }
        assertThat(manifest(kafka, "taken")).isEmpty();
        assertThat(state(kafka, "taken")).isEqualTo("training");
    }

    /** Runs a trainer while these wait for what they want to see. */
    private void trainUntil(Runnable waits) {
        TrainerHarness trainer = new TrainerHarness(kafka, checkpoints);
        try {
            waits.run();
        } finally {
            trainer.close();
        }
    }

    private List<Path> files(String variant) {
        try (var entries = Files.list(checkpoints.resolve(variant))) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
