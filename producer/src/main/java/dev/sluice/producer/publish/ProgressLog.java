package dev.sluice.producer.publish;

import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the last committed progress of streams from {@code sluice.progress}. */
final class ProgressLog {
    private static final TopicPartition PARTITION = new TopicPartition(Topic.PROGRESS, 0);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Somewhat more than a dead producer's transaction may stay open. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final KafkaConnection kafka;

    ProgressLog(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /**
     * The truth, for a producer that has just fenced its predecessors: waits until no other stream's open transaction
     * hides what is committed behind it.
     *
     * @throws PublishException if such a transaction stays open
     */
    Map<String, StreamProgress> readAll(Set<String> streams) {
        return read(streams, highWatermark());
    }

    /** What can be seen now without waiting for anybody; a hint. */
    Map<String, StreamProgress> glance(Set<String> streams) {
        return read(streams, Long.MAX_VALUE);
    }

    private Map<String, StreamProgress> read(Set<String> streams, long highWatermark) {
        Map<String, StreamProgress> found = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long stable = Objects.requireNonNull(
                    consumer.endOffsets(List.of(PARTITION)).get(PARTITION));
            long end = highWatermark == Long.MAX_VALUE ? stable : highWatermark;
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (consumer.position(PARTITION) < end) {
                consumer.poll(POLL).forEach(entry -> keep(entry, streams, found));
                if (System.nanoTime() - deadline > 0) {
                    throw new PublishException(Topic.PROGRESS + " must become readable up to offset " + end
                            + ", stuck at " + consumer.position(PARTITION) + " for " + LIMIT.toSeconds()
                            + " s: another producer keeps a transaction open");
                }
            }
        }
        return found;
    }

    private static void keep(
            ConsumerRecord<byte[], byte[]> entry, Set<String> streams, Map<String, StreamProgress> found) {
        String stream = entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8);
        if (!streams.contains(stream)) {
            return;
        }
        if (entry.value() == null) {
            found.remove(stream);
        } else {
            found.put(stream, Json.read(entry.value(), StreamProgress.class));
        }
    }

    private long highWatermark() {
        try (Admin admin = Admin.create(kafka.admin())) {
            return admin.listOffsets(
                            Map.of(PARTITION, OffsetSpec.latest()),
                            new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .partitionResult(PARTITION)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new PublishException("cannot read the end of " + Topic.PROGRESS + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
