package dev.sluice.evaluator.job;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Services of evaluators over stored checkpoints, on one broker for all tests of this JVM: each has its own variants and group. */
final class JobHarness {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final Path FOLDER = folder();
    static final EmbeddedBroker BROKER = EmbeddedBroker.start(FOLDER.resolve("kafka"), 0);
    private static final long MEMORY = 1 << 20;
    private static final Torch TORCH = Torch.start(1);
    private static final ComputeThread COMPUTE = TORCH.startComputeThread();
    static final StoredStream STREAM = new StoredStream(kafka(), checkpoints(), TORCH, COMPUTE);

    private JobHarness() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory("sluice-jobs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static KafkaConnection kafka() {
        return new KafkaConnection(BROKER.bootstrapServers());
    }

    static Path checkpoints() {
        return FOLDER.resolve("checkpoints");
    }

    static JobService service(String group, List<Job> table, Recorder recorder) {
        JobSettings settings =
                new JobSettings(kafka(), group, checkpoints(), TORCH.manager(), COMPUTE.lane("jobs", 1), MEMORY);
        return new JobService(settings, table, new Health(System::nanoTime), recorder);
    }

    /** Scoring, for one test's variants, and the toy. */
    static List<Job> table(String prefix, Consumer<FrozenVariant> hindrance) {
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

    static String reason(String key) {
        List<JobResult> all = results(key).getOrDefault(key, List.of());
        return String.valueOf(all.get(all.size() - 1).outcome().reason());
    }

    /** The first result under a key. */
    static JobResult result(String key) {
        return Objects.requireNonNull(results(key).get(key), key).get(0);
    }

    /** Every record of the topic, by key, since the key's last tombstone. */
    static Map<String, List<JobResult>> results(String prefix) {
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

    static List<ConsumerRecord<String, byte[]>> records(String topic) {
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
