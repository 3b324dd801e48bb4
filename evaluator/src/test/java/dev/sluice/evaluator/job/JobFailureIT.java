package dev.sluice.evaluator.job;

import static dev.sluice.evaluator.job.JobHarness.PATIENCE;
import static dev.sluice.evaluator.job.JobHarness.STREAM;
import static dev.sluice.evaluator.job.JobHarness.checkpoints;
import static dev.sluice.evaluator.job.JobHarness.kafka;
import static dev.sluice.evaluator.job.JobHarness.reason;
import static dev.sluice.evaluator.job.JobHarness.result;
import static dev.sluice.evaluator.job.JobHarness.service;
import static dev.sluice.evaluator.job.JobHarness.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.evaluator.rows.StreamRows;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.TopicSetup;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.dictionary.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job that cannot be done fails with a reason, and the others go on. */
@Timeout(240)
class JobFailureIT {
    @Test
    void shouldSayWhyACheckpointCannotBeReadAndGoOn() throws IOException {
        CheckpointManifest missing = STREAM.write("bad-missing", 0, 8, true);
        Files.delete(checkpoints().resolve(missing.file()));
        CheckpointManifest torn = STREAM.write("bad-torn", 0, 8, true);
        Files.write(checkpoints().resolve(torn.file()), new byte[10]);
        CheckpointManifest foreign = STREAM.write("bad-foreign", 0, 8, true);
        STREAM.commit(missing);
        STREAM.commit(torn);
        STREAM.commit(otherSpec(foreign));
        STREAM.send(Topic.CHECKPOINTS, "bad-empty", "{}".getBytes(StandardCharsets.UTF_8));
        STREAM.send(Topic.CHECKPOINTS, "bad-text", "not JSON".getBytes(StandardCharsets.UTF_8));
        STREAM.send(Topic.RESULTS, "bad-empty", "{}".getBytes(StandardCharsets.UTF_8));
        STREAM.finish("bad-not");
        Recorder recorder = new Recorder();
        try (JobService service = service("bad", table("bad-", any -> {}), recorder)) {
            service.start();
            await().atMost(PATIENCE).until(() -> recorder.ended.size() == 8);
            assertThat(recorder.failed).isEmpty();
        }
        assertThat(reason("bad-missing/0/1024/scoring")).endsWith("missing");
        assertThat(reason("bad-torn/0/1024/counting")).contains("torn: bytes must be");
        assertThat(reason("bad-foreign/0/1024/scoring")).contains("spec.training.learning_rate must be");
        assertThat(result("bad-not/0/1024/scoring").hasFailed()).isFalse();
        assertThat(recorder.rejected).hasSizeGreaterThanOrEqualTo(3);
    }

    private static CheckpointManifest otherSpec(CheckpointManifest of) {
        var tree = Json.mapper().valueToTree(of);
        ((com.fasterxml.jackson.databind.node.ObjectNode) tree.path("spec").path("training")).put("learning_rate", 1);
        return Json.read(Json.write(tree), CheckpointManifest.class);
    }

    @Test
    void shouldFindTheOneWhoseFaultItIsWhenSeveralAreReadAtOnce() {
        List<String> ids = List.of("fault-a", "fault-b", "fault-c");
        ids.forEach(STREAM::finish);
        Consumer<FrozenVariant> hindrance = variant -> {
            if (variant.id().equals("fault-b")) {
                throw new IllegalStateException("b cannot be counted");
            }
        };
        Recorder recorder = new Recorder();
        try (JobService service = service("fault", List.of(new CountingJob("fault-", hindrance)), recorder)) {
            service.start();
            await().atMost(PATIENCE).until(() -> recorder.ended.size() == ids.size());
        }
        assertThat(reason("fault-b/0/1024/counting")).isEqualTo("b cannot be counted");
        assertThat(result("fault-a/0/1024/counting").hasFailed()).isFalse();
        assertThat(result("fault-c/0/1024/counting").hasFailed()).isFalse();
    }

    @Test
    void shouldSayThatAResultIsTooLargeAndGoOn() {
        STREAM.finish("large-a");
        Job counting = new CountingJob("large-", any -> {});
        Recorder recorder = new Recorder();
        try (JobService service = service("large", List.of(verbose(counting)), recorder)) {
            service.start();
            await().atMost(PATIENCE).until(() -> recorder.ended.size() == 1);
            assertThat(recorder.failed).isEmpty();
        }
        assertThat(reason("large-a/0/1024/counting")).contains("larger than");
    }

    /** Finds more than a record may hold. */
    private static Job verbose(Job counting) {
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
                return new Computation() {
                    @Override
                    public List<Runnable> steps(RowBatch rows, Batch batch) {
                        return count.steps(rows, batch);
                    }

                    @Override
                    public Findings findings(FrozenVariant variant) {
                        return Findings.of(Json.mapper().valueToTree("x".repeat(5 << 20)));
                    }

                    @Override
                    public void close() {
                        throw new IllegalStateException("memory stays in use");
                    }
                };
            }
        };
    }

    @Test
    void shouldSayThatRetentionHasRemovedRows() throws Exception {
        StreamSpec spec = new StreamSpec(
                StoredStream.SPEC.order(), StoredStream.SPEC.values().at("blocks.2.hook_resid_post", "F32"));
        TopicSetup.ensure(kafka(), Topic.ofStream(spec.id()));
        TopicPartition log = new TopicPartition(Topic.heldout(spec.id()), 0);
        STREAM.send(log.topic(), null, new byte[1]);
        try (StreamRows rows = new StreamRows(kafka(), spec, RowNeed.Split.HELDOUT);
                Admin admin = Admin.create(kafka().admin())) {
            admin.deleteRecords(Map.of(log, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();

            assertThatThrownBy(() -> rows.forEachBatch(new RowNeed.Range(100, true), RowNeed.Shape.ROWS, batch -> {}))
                    .isInstanceOf(ContractException.class)
                    .hasMessageContaining("must have row 0: retention has removed its records");
        }
    }
}
