package dev.sluice.evaluator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Batch;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services of evaluators over stored checkpoints, through a real broker. Every test has its own variants and group. */
@Timeout(240)
class JobServiceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long MEMORY = 1 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static Torch torch;

    @SuppressWarnings("NullAway.Init")
    private static ComputeThread compute;

    @SuppressWarnings("NullAway.Init")
    private static StoredStream stream;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), 0);
        torch = Torch.start(1);
        compute = torch.startComputeThread();
        stream = new StoredStream(kafka(), checkpoints(), torch, compute);
    }

    @AfterAll
    static void stop() {
        stream.close();
        compute.close();
        broker.close();
    }

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
            ids.forEach(stream::finish);
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

    @Test
    void shouldTakeOverFromAnEvaluatorThatIsKilled() throws Exception {
        stream.finish("kill-a");
        Process process = process("kill-", "kill");
        try {
            await().atMost(PATIENCE).until(() -> results("kill-").size() == 1);
            stream.finish("kill-stuck");
            stream.finish("kill-b");
            stream.finish("kill-c");
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

    @Test
    void shouldSayWhyACheckpointCannotBeReadAndGoOn() throws IOException {
        CheckpointManifest missing = stream.write("bad-missing", 0, 8, true);
        Files.delete(checkpoints().resolve(missing.file()));
        CheckpointManifest torn = stream.write("bad-torn", 0, 8, true);
        Files.write(checkpoints().resolve(torn.file()), new byte[10]);
        CheckpointManifest foreign = stream.write("bad-foreign", 0, 8, true);
        stream.commit(missing);
        stream.commit(torn);
        stream.commit(otherSpec(foreign));
        stream.send(Topic.CHECKPOINTS, "bad-empty", "{}".getBytes(StandardCharsets.UTF_8));
        stream.send(Topic.CHECKPOINTS, "bad-text", "not JSON".getBytes(StandardCharsets.UTF_8));
        stream.send(Topic.RESULTS, "bad-empty", "{}".getBytes(StandardCharsets.UTF_8));
        stream.finish("bad-not");
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

    @Test
    void shouldFindTheOneWhoseFaultItIsWhenSeveralAreReadAtOnce() {
        List<String> ids = List.of("fault-a", "fault-b", "fault-c");
        ids.forEach(stream::finish);
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
    void shouldGoOnWhereItStoppedAndTryFailuresAgain() throws IOException {
        CheckpointManifest lost = stream.finish("again-lost");
        Path file = checkpoints().resolve(lost.file());
        Path away = folder.resolve("away");
        Files.move(file, away);
        stream.finish("again-a");
        Recorder before = new Recorder();
        try (JobService service = service("again", table("again-", any -> {}), before)) {
            service.start();
            await().atMost(PATIENCE).until(() -> before.ended.size() == 4);
        }
        Files.move(away, file);
        stream.finish("again-b");
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
    void shouldDropTheJobOfAVariantThatIsReplayedAndDoTheNewOne() {
        CheckpointManifest next = stream.write("replay-a", 1, 4, false);
        CheckpointManifest old = stream.finish("replay-a");
        CountDownLatch begun = new CountDownLatch(1);
        Recorder recorder = new Recorder();
        try (JobService service = service("replay", List.of(endless("replay-", begun)), recorder)) {
            service.start();
            awaitUninterruptibly(begun);
            stream.want(WantedVariant.of(old.spec()).replay("earliest"));
            await().atMost(PATIENCE).until(() -> !recorder.cancelled.isEmpty());
            stream.commit(next);
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

    @Test
    void shouldDeleteTheResultsAndFilesOfADeletedVariant() {
        CheckpointManifest manifest = stream.finish("gone-a");
        stream.finish("gone-b");
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

            stream.send(Topic.VARIANTS, "gone-a", null);
            stream.send(Topic.CHECKPOINTS, "gone-a", null);
            await().atMost(PATIENCE).until(() -> !results("gone-").containsKey("gone-a/0/1024/counting"));
            assertThat(file).doesNotExist();
            assertThat(results("gone-")).containsOnlyKeys("gone-b/0/1024/counting");
        }
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
    void shouldSayThatAResultIsTooLargeAndGoOn() {
        stream.finish("large-a");
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

    private static KafkaConnection kafka() {
        return new KafkaConnection(broker.bootstrapServers());
    }

    private static Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    private static JobService service(String group, List<Job> table, Recorder recorder) {
        JobSettings settings =
                new JobSettings(kafka(), group, checkpoints(), torch.manager(), compute.lane("jobs", 1), MEMORY);
        return new JobService(settings, table, new Health(System::nanoTime), recorder);
    }

    /** Scoring, for one test's variants, and the toy. */
    private static List<Job> table(String prefix, Consumer<FrozenVariant> hindrance) {
        Job scoring = new HeldoutScoring(100, System::currentTimeMillis);
        Job mine = new Job() {
            @Override
            public String name() {
                return scoring.name();
            }

            @Override
            public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
                return checkpoint.spec().id().startsWith(prefix) ? scoring.rows(checkpoint) : Optional.empty();
            }

            @Override
            public Computation begin(List<FrozenVariant> variants) {
                return scoring.begin(variants);
            }
        };
        return List.of(mine, new CountingJob(prefix, hindrance));
    }

    private static Process process(String prefix, String group) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = List.of(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JobProcess.class.getName(),
                broker.bootstrapServers(),
                checkpoints().toString(),
                prefix,
                group);
        File log = folder.resolve("process.log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CheckpointManifest otherSpec(CheckpointManifest of) {
        var tree = Json.mapper().valueToTree(of);
        ((com.fasterxml.jackson.databind.node.ObjectNode) tree.path("spec").path("training")).put("learning_rate", 1);
        return Json.read(Json.write(tree), CheckpointManifest.class);
    }

    private static String reason(String key) {
        List<JobResult> all = results(key).getOrDefault(key, List.of());
        return String.valueOf(all.get(all.size() - 1).outcome().reason());
    }

    /** The first result under a key. */
    private static JobResult result(String key) {
        return Objects.requireNonNull(results(key).get(key), key).get(0);
    }

    /** Every record of the topic, by key, since the key's last tombstone. */
    private static Map<String, List<JobResult>> results(String prefix) {
        Map<String, List<JobResult>> results = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> record : records(Topic.RESULTS)) {
            if (record.value() == null) {
                results.remove(record.key());
            } else if (record.key().startsWith(prefix) && record.key().contains("/")) {
                results.computeIfAbsent(record.key(), any -> new ArrayList<>())
                        .add(Json.read(record.value(), JobResult.class));
            }
        }
        return results;
    }

    private static List<Measurement> scores(String prefix) {
        return records(Topic.MEASUREMENTS).stream()
                .map(record -> Json.read(record.value(), Measurement.class))
                .filter(measurement -> measurement.variant().startsWith(prefix))
                .toList();
    }

    private static List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka().consumer(), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, StoredStream.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
            }
            return records;
        }
    }
}
