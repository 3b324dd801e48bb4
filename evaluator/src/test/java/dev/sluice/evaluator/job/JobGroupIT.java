package dev.sluice.evaluator.job;

import static dev.sluice.evaluator.job.JobHarness.BROKER;
import static dev.sluice.evaluator.job.JobHarness.FOLDER;
import static dev.sluice.evaluator.job.JobHarness.PATIENCE;
import static dev.sluice.evaluator.job.JobHarness.STREAM;
import static dev.sluice.evaluator.job.JobHarness.checkpoints;
import static dev.sluice.evaluator.job.JobHarness.kafka;
import static dev.sluice.evaluator.job.JobHarness.records;
import static dev.sluice.evaluator.job.JobHarness.result;
import static dev.sluice.evaluator.job.JobHarness.results;
import static dev.sluice.evaluator.job.JobHarness.service;
import static dev.sluice.evaluator.job.JobHarness.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.contract.Measurement;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Evaluators that share the jobs of one group. */
@Timeout(240)
class JobGroupIT {
    @Test
    void shouldDoEveryJobOnceThoughTwoEvaluatorsShareThem() {
        List<String> ids = IntStream.range(0, 12).mapToObj(i -> "two-" + i).toList();
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        List<Job> table = table("two-", any -> {});
        try (JobService one = service("two", table, first);
                JobService other = service("two", table, second)) {
            one.start();
            other.start();
            await().atMost(PATIENCE).until(() -> membersWithPartitions("two") == 2);
            ids.forEach(STREAM::finish);
            await().atMost(PATIENCE).until(() -> results("two-").size() == 2 * ids.size());
            assertThat(first.ended).hasSizeBetween(1, 2 * ids.size() - 1);
            assertThat(first.ended.size() + second.ended.size()).isEqualTo(2 * ids.size());
        }
        assertThat(results("two-"))
                .hasSize(2 * ids.size())
                .allSatisfy((key, values) -> assertThat(values)
                        .as(key)
                        .singleElement()
                        .satisfies(result -> {
                            assertThat(result.outcome().state()).isEqualTo(JobResult.DONE);
                            assertThat(result.effort().rows()).isEqualTo(StoredStream.HELDOUT);
                        }));
        List<Measurement> scores = scores("two-");
        assertThat(scores).extracting(Measurement::variant).containsExactlyInAnyOrderElementsOf(ids);
        // The dictionaries are equal; some were scored alone and some together.
        assertThat(scores.stream().map(Measurement::statistics).distinct()).hasSize(1);
        var figures =
                Objects.requireNonNull(result("two-0/0/1024/counting").outcome().figures());
        assertThat(figures.path("windows").asInt()).isEqualTo(StoredStream.HELDOUT / StoredStream.WINDOW);
    }

    private static List<Measurement> scores(String prefix) {
        return records(Topic.MEASUREMENTS).stream()
                .map(record -> Json.read(record.value(), Measurement.class))
                .filter(measurement -> measurement.variant().startsWith(prefix))
                .toList();
    }

    private static long membersWithPartitions(String group) throws Exception {
        try (Admin admin = Admin.create(kafka().admin())) {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(described -> described.members().stream())
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        }
    }

    @Test
    void shouldTakeOverFromAnEvaluatorThatIsKilled() throws Exception {
        STREAM.finish("kill-a");
        Process process = process("kill-", "kill");
        try {
            await().atMost(PATIENCE).until(() -> results("kill-").size() == 1);
            STREAM.finish("kill-stuck");
            STREAM.finish("kill-b");
            STREAM.finish("kill-c");
            Recorder recorder = new Recorder();
            try (JobService heir = service("kill", List.of(new CountingJob("kill-", any -> {})), recorder)) {
                heir.start();
                process.destroyForcibly().waitFor();
                await().atMost(PATIENCE).until(() -> results("kill-").size() == 4);
                assertThat(recorder.failed).isEmpty();
            }
            assertThat(results("kill-"))
                    .allSatisfy((key, values) -> assertThat(values).as(key).hasSize(1));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process process(String prefix, String group) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = List.of(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JobProcess.class.getName(),
                BROKER.bootstrapServers(),
                checkpoints().toString(),
                prefix,
                group);
        File log = FOLDER.resolve("process.log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }
}
