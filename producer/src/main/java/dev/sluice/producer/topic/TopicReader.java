package dev.sluice.producer.topic;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads compacted topics from their beginning, committed records only, without a consumer group: up to their ends, or
 * for ever. On one thread, {@link #wakeup} aside.
 *
 * <p>A record that cannot be read is set aside in {@link BadRecords}; it never ends the reading.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final BadRecords bad;
    private final Map<String, Subscription<?>> subscriptions = new LinkedHashMap<>();
    private boolean started;

    /** What is wanted of a topic, and who is told. */
    private record Subscription<T>(
            CompactedTopic<T> topic, @Nullable Set<String> keys, TopicListener<T> listener) {
        List<TopicPartition> partitions(int count) {
            List<TopicPartition> wanted = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int partition = i;
                if (keys == null
                        || keys.stream().anyMatch(key -> CompactedTopic.partitionOf(key, count) == partition)) {
                    wanted.add(new TopicPartition(topic.name(), partition));
                }
            }
            return wanted;
        }

        boolean wants(byte @Nullable [] key) {
            return keys == null || (key != null && keys.contains(new String(key, StandardCharsets.UTF_8)));
        }

        void accept(ConsumerRecord<byte[], byte[]> record, BadRecords bad) {
            byte @Nullable [] key = record.key();
            if (!wants(key)) {
                return;
            }
            try {
                TopicEntry<T> entry = topic.entry(record);
                listener.entry(entry.key(), entry.value());
            } catch (ContractException e) {
                String reason = Objects.requireNonNullElseGet(e.getMessage(), e::toString);
                bad.setAside(record, reason);
                if (key != null) {
                    listener.unreadable(new String(key, StandardCharsets.UTF_8), reason);
                }
            }
        }
    }

    TopicReader(Consumer<byte[], byte[]> consumer, BadRecords bad) {
        this.consumer = consumer;
        this.bad = bad;
    }

    public static TopicReader of(KafkaConnection kafka) {
        return of(kafka, BadRecords.of(kafka));
    }

    public static TopicReader of(KafkaConnection kafka, BadRecords bad) {
        return new TopicReader(consumer(kafka.consumer()), bad);
    }

    /** One that is closed at the end of what is there. */
    public static TopicReader brief(KafkaConnection kafka) {
        return new TopicReader(consumer(kafka.briefConsumer()), BadRecords.of(kafka));
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Reads all of a topic too; before the first poll. */
    public <T> TopicReader add(CompactedTopic<T> topic, TopicListener<T> listener) {
        subscriptions.put(topic.name(), new Subscription<>(topic, null, listener));
        return this;
    }

    /** Reads these keys of a topic too, from the partitions that they have; before the first poll. */
    public <T> TopicReader add(CompactedTopic<T> topic, Set<String> keys, TopicListener<T> listener) {
        subscriptions.put(topic.name(), new Subscription<>(topic, keys, listener));
        return this;
    }

    /** Goes to the beginning of every partition. */
    private void start() {
        if (!started) {
            List<TopicPartition> partitions = subscriptions.values().stream()
                    .flatMap(wanted -> wanted.partitions(count(wanted.topic().name())).stream())
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            started = true;
        }
    }

    /** Waits for a topic that was just created: brokers do not know of it at once. */
    private int count(String topic) {
        long deadline = System.nanoTime() + CompactedTopic.LIMIT.toNanos();
        int count = consumer.partitionsFor(topic).size();
        while (count == 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("topic " + topic + " must have partitions; the brokers know of none after "
                        + CompactedTopic.LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL.toNanos());
            count = consumer.partitionsFor(topic).size();
        }
        return count;
    }

    /** Waits at most so long for new records, and tells the listeners. */
    public void poll(Duration wait) {
        start();
        consumer.poll(wait).forEach(record -> subscription(record.topic()).accept(record, bad));
    }

    private Subscription<?> subscription(String topic) {
        return Objects.requireNonNull(subscriptions.get(topic), topic);
    }

    /** Tells whether the listeners know everything that was committed at this call. */
    public BooleanSupplier upToNow() {
        start();
        return upTo(consumer.endOffsets(consumer.assignment()));
    }

    private BooleanSupplier upTo(Map<TopicPartition, Long> ends) {
        return () -> ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /**
     * Returns when the listeners know everything that was committed at the call.
     *
     * @throws TimeoutException if it cannot be read within this time
     */
    public void readOn(Duration within) {
        start();
        readTo(consumer.endOffsets(consumer.assignment()), within);
    }

    /** As {@link #readOn}, and transactions that were open at the call are decided. */
    void readOnDecided(KafkaConnection kafka, Duration within) {
        start();
        Map<String, Object> uncommitted = new HashMap<>(kafka.briefConsumer());
        uncommitted.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        try (Consumer<byte[], byte[]> all = consumer(uncommitted)) {
            readTo(all.endOffsets(consumer.assignment()), within);
        }
    }

    void readTo(Map<TopicPartition, Long> ends, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        BooleanSupplier done = upTo(ends);
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(late(ends, within));
            }
            poll(POLL);
        }
    }

    private String late(Map<TopicPartition, Long> ends, Duration within) {
        TopicPartition first = ends.keySet().stream()
                .filter(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))
                .findFirst()
                .orElseThrow();
        return first + " must become readable up to offset " + ends.get(first) + ", stuck at "
                + consumer.position(first) + " for " + within.toSeconds()
                + " s: the brokers do not answer, or a producer keeps a transaction open";
    }

    /** Ends a poll of another thread by a {@link org.apache.kafka.common.errors.WakeupException}. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
