package dev.sluice.trainer.register;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Service;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for the variants of a file on all streams that {@code sluice.progress} tells of, whenever one begins. */
public final class VariantRequests implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(VariantRequests.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final KafkaConnection kafka;
    private final VariantRequest request;
    private final Health health;
    private final Health.Part part;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "sluice-variants");
    private final Map<String, StreamProgress> streams = new LinkedHashMap<>();
    private final List<List<String>> asked = new ArrayList<>();
    private volatile boolean stopping;

    /** Starts nothing. */
    public VariantRequests(KafkaConnection kafka, VariantRequest request, Health health) {
        this.kafka = kafka;
        this.request = request;
        this.health = health;
        this.part = health.part(name());
    }

    @Override
    public String name() {
        return "variants";
    }

    @Override
    public void start() {
        thread.start();
        part.started();
    }

    @Override
    public void stop(Duration within) {
        stopping = true;
        try {
            thread.join(within.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure;
    }

    private void run() {
        TopicPartition progress = new TopicPartition(Topic.PROGRESS, 0);
        try (Health.Loop loop = health.loop(name(), SILENCE);
                Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(progress));
            consumer.seekToBeginning(List.of(progress));
            while (!stopping) {
                loop.tick();
                consumer.poll(POLL).forEach(this::accept);
                ask();
            }
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            if (!stopping) {
                failure.complete(e);
            }
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        String stream = new String(record.key(), StandardCharsets.UTF_8);
        try {
            if (record.value() == null) {
                streams.remove(stream);
            } else {
                streams.put(stream, Json.read(record.value(), StreamProgress.class));
            }
        } catch (ContractException e) {
            LOG.warn("stream {} of {} is passed over", stream, record.topic(), e);
        }
    }

    /** Once for the streams that were begun together, when all of them are there. */
    private void ask() {
        for (StreamProgress stream : List.copyOf(streams.values())) {
            List<String> together = stream.run().streams();
            if (!asked.contains(together) && streams.keySet().containsAll(together)) {
                request.publish(together.stream()
                        .map(id -> Objects.requireNonNull(streams.get(id)))
                        .toList());
                asked.add(together);
                LOG.info("asked for the variants on {}", String.join(", ", together));
            }
        }
    }
}
