package dev.sluice.evaluator.job;

import static dev.sluice.evaluator.job.JobHarness.FOLDER;
import static dev.sluice.evaluator.job.JobHarness.PATIENCE;
import static dev.sluice.evaluator.job.JobHarness.STREAM;
import static dev.sluice.evaluator.job.JobHarness.checkpoints;
import static dev.sluice.evaluator.job.JobHarness.result;
import static dev.sluice.evaluator.job.JobHarness.results;
import static dev.sluice.evaluator.job.JobHarness.service;
import static dev.sluice.evaluator.job.JobHarness.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an evaluator does with jobs over stored checkpoints. */
@Timeout(240)
class JobServiceIT {
    @Test
    void shouldGoOnWhereItStoppedAndTryFailuresAgain() throws IOException {
        CheckpointManifest lost = STREAM.finish("again-lost");
        Path file = checkpoints().resolve(lost.file());
        Path away = FOLDER.resolve("away");
        Files.move(file, away);
        STREAM.finish("again-a");
        Recorder before = new Recorder();
        try (JobService service = service("again", table("again-", any -> {}), before)) {
            service.start();
            await().atMost(PATIENCE).until(() -> before.ended.size() == 4);
        }
        Files.move(away, file);
        STREAM.finish("again-b");
        Recorder after = new Recorder();
        try (JobService service = service("again", table("again-", any -> {}), after)) {
            service.start();
            await().atMost(PATIENCE).until(() -> after.ended.size() == 4);
        }
        assertThat(after.ended)
                .noneMatch(JobResult::hasFailed)
                .extracting(result -> result.key().variant())
                .containsOnly("again-lost", "again-b");
        assertThat(results("again-").get("again-a/0/1024/scoring")).hasSize(1);
    }

    @Test
    void shouldSayWhatAJobLacksAndTryAgainAtTheNextStart() {
        STREAM.finish("lack-a");
        AtomicBoolean there = new AtomicBoolean();
        Job counting = needing(new CountingJob("lack-", any -> {}), there);
        Recorder before = new Recorder();
        try (JobService service = service("lack", List.of(counting), before)) {
            service.start();
            await().atMost(PATIENCE).until(() -> before.ended.size() == 1);
        }
        JobResult skipped = JobHarness.result("lack-a/0/1024/counting");
        assertThat(skipped.outcome().state()).isEqualTo(JobResult.SKIPPED);
        assertThat(skipped.outcome().reason()).isEqualTo("no counter");
        there.set(true);
        Recorder after = new Recorder();
        try (JobService service = service("lack", List.of(counting), after)) {
            service.start();
            await().atMost(PATIENCE).until(() -> after.ended.size() == 1);
        }
        assertThat(after.ended).singleElement().matches(JobResult::isDone);
    }

    /** Needs something that is prepared, and asks for training rows, of which the stream has none. */
    private static Job needing(Job counting, AtomicBoolean there) {
        AtomicBoolean prepared = new AtomicBoolean();
        return new Job() {
            @Override
            public String name() {
                return counting.name();
            }

            @Override
            public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
                return counting.rows(checkpoint);
            }

            @Override
            public Optional<RowNeed> trainingRows() {
                return Optional.of(RowNeed.first(RowNeed.Split.TRAIN, 100));
            }

            @Override
            public void prepare(StreamSpec spec) {
                prepared.set(there.get());
            }

            @Override
            public Computation begin(List<FrozenVariant> variants) {
                return new Needing(counting.begin(variants), prepared.get());
            }
        };
    }

    private record Needing(Computation count, boolean prepared) implements Computation {
        @Override
        public boolean needsTrainingRows() {
            return true;
        }

        @Override
        public List<Runnable> trainingSteps(RowBatch rows, Batch batch) {
            throw new IllegalStateException("there are none");
        }

        @Override
        public List<Runnable> steps(RowBatch rows, Batch batch) {
            return count.steps(rows, batch);
        }

        @Override
        public Findings findings(FrozenVariant variant) {
            return prepared ? count.findings(variant) : Findings.skipped("no counter");
        }
    }

    @Test
    void shouldDropTheJobOfAVariantThatIsReplayedAndDoTheNewOne() {
        CheckpointManifest next = STREAM.write("replay-a", 1, 4, false);
        CheckpointManifest old = STREAM.finish("replay-a");
        CountDownLatch begun = new CountDownLatch(1);
        Recorder recorder = new Recorder();
        try (JobService service = service("replay", List.of(endless("replay-", begun)), recorder)) {
            service.start();
            awaitUninterruptibly(begun);
            STREAM.want(WantedVariant.of(old.spec()).replay("earliest"));
            await().atMost(PATIENCE).until(() -> !recorder.cancelled.isEmpty());
            STREAM.commit(next);
            await().atMost(PATIENCE).until(() -> results("replay-").containsKey("replay-a/1/512/counting"));
        }
        assertThat(results("replay-")).containsOnlyKeys("replay-a/1/512/counting");
    }

    /** Never ends over a first generation. */
    private static Job endless(String prefix, CountDownLatch begun) {
        Job counting = new CountingJob(prefix, any -> {});
        return new Job() {
            @Override
            public String name() {
                return counting.name();
            }

            @Override
            public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
                return counting.rows(checkpoint);
            }

            @Override
            public Computation begin(List<FrozenVariant> variants) {
                Computation count = counting.begin(variants);
                return variants.get(0).manifest().generation() > 0 ? count : new Endless(count, begun);
            }
        };
    }

    private record Endless(Computation count, CountDownLatch begun) implements Computation {
        @Override
        public List<Runnable> steps(RowBatch rows, Batch batch) {
            return Collections.nCopies(Integer.MAX_VALUE, begun::countDown);
        }

        @Override
        public Findings findings(FrozenVariant variant) {
            return count.findings(variant);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldDeleteTheResultsAndFilesOfADeletedVariant() {
        CheckpointManifest manifest = STREAM.finish("gone-a");
        STREAM.finish("gone-b");
        Recorder recorder = new Recorder();
        try (JobService service = service("gone", List.of(new CountingJob("gone-", any -> {})), recorder)) {
            service.start();
            await().atMost(PATIENCE).until(() -> recorder.ended.size() == 2);
            Path file = checkpoints()
                    .resolve(Objects.requireNonNull(recorder.ended.stream()
                            .filter(result -> result.key().variant().equals("gone-a"))
                            .findFirst()
                            .orElseThrow()
                            .outcome()
                            .file()));
            assertThat(file)
                    .hasContent("gone-a")
                    .hasParent(checkpoints().resolve(manifest.file()).getParent());

            STREAM.send(Topic.VARIANTS, "gone-a", null);
            STREAM.send(Topic.CHECKPOINTS, "gone-a", null);
            await().atMost(PATIENCE).until(() -> !results("gone-").containsKey("gone-a/0/1024/counting"));
            assertThat(file).doesNotExist();
            assertThat(results("gone-")).containsOnlyKeys("gone-b/0/1024/counting");
        }
    }
}
