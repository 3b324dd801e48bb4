package dev.sluice.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.register.VariantPublisher;
import dev.sluice.trainer.stream.PublishedStream;
import io.prometheus.client.CollectorRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** A trainer under test, and what it leaves in Kafka. */
public final class TrainerHarness implements AutoCloseable {
    public static final int PARTITIONS = 4;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STOP = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofMinutes(6);

    private final ComputeThread compute;
    private final TrainerService service;
    private final CollectorRegistry metrics = new CollectorRegistry();

    public TrainerHarness(KafkaConnection kafka, Path checkpoints) {
        this(kafka, checkpoints, Kind::of);
    }

    public TrainerHarness(KafkaConnection kafka, Path checkpoints, Function<VariantSpec, Kind> kinds) {
        this(kafka, checkpoints, null, kinds);
    }

    /** @param instance its name in the group, null for none */
    public TrainerHarness(
            KafkaConnection kafka, Path checkpoints, @Nullable String instance, Function<VariantSpec, Kind> kinds) {
        Torch torch = EngineOnce.torch();
        compute = torch.startComputeThread();
        TrainerSettings settings = new TrainerSettings(
                kafka,
                PARTITIONS,
                checkpoints,
                new TrainerSettings.Member(TrainerSettings.GROUP, instance),
                new TrainerSettings.Host(torch, compute, metrics, new Health(System::nanoTime)));
        service = new TrainerService(settings, kinds);
        service.start();
    }

    /** The engine's base manager serves every test of the JVM. */
    private static final class EngineOnce {
        private static final Torch TORCH = Torch.start(1);

        static Torch torch() {
            return TORCH;
        }
    }

    TrainerService service() {
        return service;
    }

    double metric(String name, String... labels) {
        String[] names = new String[labels.length / 2];
        String[] values = new String[labels.length / 2];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels[2 * i];
            values[i] = labels[2 * i + 1];
        }
        Double value = metrics.getSampleValue("sluice_trainer_" + name, names, values);
        return value == null ? 0 : value;
    }

    /** True if the variant is this trainer's now. */
    public boolean owns(String variant) {
        return metrics.getSampleValue("sluice_trainer_latents", new String[] {"variant"}, new String[] {variant})
                != null;
    }

    /** Stops as SIGTERM does. */
    @Override
    public void close() {
        service.stop(STOP);
        compute.close();
    }

    public static VariantSpec topK(
            String id, PublishedStream stream, int batchTokens, int epochs, long checkpointTokens) {
        return new VariantSpec(
                id,
                stream.spec().id(),
                TopK.of(Map.of("latents", 48, "k", 4)),
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate",
                                2e-3,
                                "batch-tokens",
                                batchTokens,
                                "epochs",
                                epochs,
                                "tokens",
                                4000,
                                "decay",
                                0.2,
                                "seed",
                                7,
                                "checkpoint-tokens",
                                checkpointTokens)),
                "earliest");
    }

    public static VariantSpec startingAt(String start, VariantSpec spec) {
        return new VariantSpec(spec.id(), spec.stream(), spec.dictionary(), spec.training(), start);
    }

    public static void publish(KafkaConnection kafka, VariantSpec... specs) {
        new VariantPublisher(kafka, PARTITIONS).publish(List.of(specs));
    }

    /** Writes what is wanted of a variant, as the REST resource does. */
    public static void want(KafkaConnection kafka, String variant, UnaryOperator<WantedVariant> change) {
        WantedVariant wanted = value(kafka, VariantTopics.VARIANTS, variant).orElseThrow();
        send(kafka, new ProducerRecord<>(Topic.VARIANTS, key(variant), Json.write(change.apply(wanted))));
    }

    public static void delete(KafkaConnection kafka, String variant) {
        send(kafka, tombstone(Topic.VARIANTS, key(variant)));
    }

    /** So that the next trainer has nothing of theirs to do. */
    static void deleteAll(KafkaConnection kafka) {
        VariantTopics.VARIANTS.newest(kafka).values().keySet().forEach(variant -> delete(kafka, variant));
    }

    public static Optional<VariantStatus> status(KafkaConnection kafka, String variant) {
        return value(kafka, VariantTopics.STATUS, variant);
    }

    public static String state(KafkaConnection kafka, String variant) {
        return status(kafka, variant).map(status -> status.state().wireName()).orElse("unknown");
    }

    /** Returns when a variant has this state; fails at once if its newest generation fails instead. */
    public static void awaitState(KafkaConnection kafka, String variant, String expected) {
        await().atMost(PATIENCE).until(() -> {
            Optional<VariantStatus> now = status(kafka, variant);
            if (!expected.equals("failed")) {
                now.filter(status -> status.state().isFailed()).ifPresent(status -> requireOld(kafka, status));
            }
            return now.filter(status -> status.state().wireName().equals(expected))
                    .isPresent();
        });
    }

    private static void requireOld(KafkaConnection kafka, VariantStatus failed) {
        int wanted = value(kafka, VariantTopics.VARIANTS, failed.variant())
                .orElseThrow()
                .generation();
        assertThat(failed.generation())
                .as("%s failed: %s", failed.variant(), failed.reason())
                .isLessThan(wanted);
    }

    /** Final hashes of these variants, trained from their start in one go by another trainer, in another folder. */
    static Map<String, String> uninterrupted(KafkaConnection kafka, Path folder, String... variants) {
        List.of(variants).forEach(variant -> forget(kafka, variant));
        try (TrainerHarness trainer = new TrainerHarness(kafka, folder)) {
            for (String variant : variants) {
                awaitState(kafka, variant, "finished");
                assertThat(trainer.metric("steps_total", "variant", variant)).isEqualTo((double)
                        manifest(kafka, variant).orElseThrow().step());
            }
            assertThat(trainer.service().failure().toCompletableFuture()).isNotDone();
        }
        return hashes(kafka, variants);
    }

    static Map<String, String> hashes(KafkaConnection kafka, String... variants) {
        Map<String, String> hashes = new TreeMap<>();
        for (String variant : variants) {
            hashes.put(variant, manifest(kafka, variant).orElseThrow().sha256());
        }
        return hashes;
    }

    public static Optional<CheckpointManifest> manifest(KafkaConnection kafka, String variant) {
        return value(kafka, VariantTopics.CHECKPOINTS, variant);
    }

    private static <T> Optional<T> value(KafkaConnection kafka, CompactedTopic<T> topic, String key) {
        return topic.decided(kafka, List.of(key), CompactedTopic.LIMIT).value(key);
    }

    /** Every measurement of a variant, repeated ones included, in the order of the log. */
    public static List<Measurement> measurements(KafkaConnection kafka, String variant) {
        try (Consumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka.briefConsumer(), new StringDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition =
                    new TopicPartition(Topic.MEASUREMENTS, CompactedTopic.partitionOf(variant, PARTITIONS));
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            List<Measurement> found = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(record -> {
                    if (record.key().equals(variant)) {
                        found.add(Json.read(record.value(), Measurement.class));
                    }
                });
            }
            return found;
        }
    }

    /** As if the variant had never been trained. */
    public static void forget(KafkaConnection kafka, String variant) {
        send(kafka, tombstone(Topic.CHECKPOINTS, key(variant)));
        send(kafka, tombstone(Topic.STATUS, key(variant)));
    }

    private static void send(KafkaConnection kafka, ProducerRecord<byte[], byte[]> record) {
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            Future<?> unused = producer.send(record);
        }
    }

    private static byte[] key(String variant) {
        return variant.getBytes(StandardCharsets.UTF_8);
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value
    private static ProducerRecord<byte[], byte[]> tombstone(String topic, byte[] key) {
        return new ProducerRecord<>(topic, key, null);
    }
}
