package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads every partition of the topics that the page shows, from the beginning, committed records only, for ever. */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final List<String> TOPICS =
            List.of(Topic.PROGRESS, Topic.VARIANTS, Topic.STATUS, Topic.CHECKPOINTS, Topic.METRICS);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<String, byte[]> consumer;
    private final LiveView view;
    private final Health.Loop loop;
    private final Consumer<String> rejected;
    private final Consumer<Throwable> failed;
    private final Thread thread;

    /**
     * @param loop is ticked
     * @param rejected is told the reason of every record that cannot be read
     * @param failed is told the cause when reading ends for another reason than {@link #close}
     */
    public TopicFollower(
            KafkaConnection kafka,
            LiveView view,
            Health.Loop loop,
            Consumer<String> rejected,
            Consumer<Throwable> failed) {
        this.consumer = new KafkaConsumer<>(kafka.consumer(), new StringDeserializer(), new ByteArrayDeserializer());
        this.view = view;
        this.loop = loop;
        this.rejected = rejected;
        this.failed = failed;
        this.thread = new Thread(this::run, "sluice-page-follower");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("IllegalCatch") // whatever ends the thread must be heard
    private void run() {
        try (consumer;
                loop) {
            follow();
        } catch (WakeupException expected) {
            LOG.debug("the page's follower ends");
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }

    private void follow() {
        List<TopicPartition> partitions = TOPICS.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        boolean caughtUp = false;
        while (true) {
            consumer.poll(POLL).forEach(this::apply);
            loop.tick();
            if (!caughtUp
                    && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                caughtUp = true;
                view.caughtUp();
            }
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        try {
            put(record.topic(), record.key(), record.value());
        } catch (ContractException e) {
            LOG.warn(
                    "record {} of {}-{} is not shown: {}",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    e.getMessage());
            rejected.accept("format");
        }
    }

    private void put(String topic, String key, byte @Nullable [] value) {
        switch (topic) {
            case Topic.PROGRESS -> view.put(key, value == null ? null : Json.read(value, StreamProgress.class));
            case Topic.VARIANTS -> view.put(key, value == null ? null : Json.read(value, WantedVariant.class));
            default -> {
                if (value != null) {
                    putValue(topic, value);
                }
            }
        }
    }

    private void putValue(String topic, byte[] value) {
        switch (topic) {
            case Topic.STATUS -> view.put(Json.read(value, VariantStatus.class));
            case Topic.CHECKPOINTS -> view.put(Json.read(value, CheckpointManifest.class));
            default -> view.put(Json.read(value, RollingMetrics.class));
        }
    }
}
