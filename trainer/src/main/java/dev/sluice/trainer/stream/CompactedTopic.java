package dev.sluice.trainer.stream;

import dev.sluice.producer.service.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** The newest value of every key of a compacted topic, without a consumer group. */
public final class CompactedTopic {
    private static final Duration POLL = Duration.ofMillis(100);

    private CompactedTopic() {}

    /** The partition of a key, by Java's default partitioner. */
    public static int partitionOf(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /**
     * The committed values of these keys. Returns only when everything that was in their partitions at the call is
     * decided, open transactions of others included: else what was committed behind one of those would be missed.
     */
    public static Map<String, byte[]> read(KafkaConnection kafka, String topic, Collection<String> keys) {
        try (Consumer<byte[], byte[]> consumer = consumer(kafka, "read_committed")) {
            List<TopicPartition> all = partitions(consumer, topic);
            Set<TopicPartition> wanted = new HashSet<>();
            keys.forEach(key -> wanted.add(new TopicPartition(topic, partitionOf(key, all.size()))));
            consumer.assign(wanted);
            consumer.seekToBeginning(wanted);
            Map<TopicPartition, Long> ends = ends(kafka, wanted);
            Map<String, byte[]> values = new TreeMap<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    put(values, record);
                }
            }
            values.keySet().retainAll(Set.copyOf(keys));
            return values;
        }
    }

    /**
     * The newest committed values of whole topics, or of the partitions that a key has in them. Unlike {@link #read} it
     * does not wait for open transactions: what their writers have not decided yet is not there yet.
     *
     * @param key null for all
     * @return by topic, then by key; nothing for a topic that does not exist
     */
    public static Map<String, Map<String, byte[]>> newest(
            KafkaConnection kafka, Collection<String> topics, @Nullable String key) {
        try (Consumer<byte[], byte[]> consumer = consumer(kafka, "read_committed")) {
            Set<TopicPartition> wanted = new HashSet<>();
            Map<String, Map<String, byte[]>> values = new HashMap<>();
            for (String topic : topics) {
                values.put(topic, new TreeMap<>());
                List<TopicPartition> all = partitions(consumer, topic);
                all.stream()
                        .filter(partition -> key == null || partition.partition() == partitionOf(key, all.size()))
                        .forEach(wanted::add);
            }
            consumer.assign(wanted);
            consumer.seekToBeginning(wanted);
            Map<TopicPartition, Long> ends = consumer.endOffsets(wanted);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(record -> put(Objects.requireNonNull(values.get(record.topic())), record));
            }
            return values;
        }
    }

    private static void put(Map<String, byte[]> values, ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            values.remove(key);
        } else {
            values.put(key, record.value());
        }
    }

    private static Map<TopicPartition, Long> ends(KafkaConnection kafka, Set<TopicPartition> partitions) {
        try (Consumer<byte[], byte[]> consumer = consumer(kafka, "read_uncommitted")) {
            return consumer.endOffsets(partitions);
        }
    }

    private static Consumer<byte[], byte[]> consumer(KafkaConnection kafka, String isolation) {
        Map<String, Object> properties = new HashMap<>(kafka.consumer());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
