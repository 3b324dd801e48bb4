package dev.sluice.producer.topic;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A compacted topic of JSON values under text keys: what its entries must be, and what it says now.
 *
 * <p>An entry that breaks its rule changes nothing: the entry before it stands. {@link BadRecords} hears of it.
 *
 * @param <T> type of the values
 */
public final class CompactedTopic<T> {
    /** Somewhat more than the transaction of a producer that died may stay open. */
    public static final Duration LIMIT = Duration.ofSeconds(90);

    private final String name;
    private final Class<T> type;
    private final Rule<T> rule;

    /** What an entry must be, beyond JSON of the right type. */
    @FunctionalInterface
    public interface Rule<T> {
        /**
         * @param value null for a tombstone
         * @throws ContractException if there may be no such entry; names the field, the value and the rule
         */
        void check(String key, @Nullable T value);
    }

    public CompactedTopic(String name, Class<T> type, Rule<T> rule) {
        this.name = name;
        this.type = type;
        this.rule = rule;
    }

    public String name() {
        return name;
    }

    /** The partition of a key, by Java's default partitioner. */
    public static int partitionOf(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /**
     * The entry that a record is.
     *
     * @throws ContractException if the record has no key, its value is not of the type, lacks a field or breaks the rule
     */
    public TopicEntry<T> entry(ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        if (key == null) {
            throw new ContractException("the key must be text, got nothing");
        }
        String text = new String(key, StandardCharsets.UTF_8);
        T value = value(record.value());
        rule.check(text, value);
        return new TopicEntry<>(text, value);
    }

    private @Nullable T value(byte @Nullable [] json) {
        if (json == null) {
            return null;
        }
        T value = Json.read(json, type);
        Completeness.require(type.getSimpleName(), value);
        return value;
    }

    /**
     * Every newest committed value. Does not wait for open transactions: what their writers have not decided yet is not
     * there yet.
     *
     * @throws TimeoutException if the topic cannot be read within {@link #LIMIT}
     */
    public TopicSnapshot<T> newest(KafkaConnection kafka) {
        TopicSnapshot<T> snapshot = new TopicSnapshot<>();
        try (TopicReader reader = TopicReader.brief(kafka)) {
            reader.add(this, snapshot).readOn(LIMIT);
        }
        return snapshot;
    }

    /** The newest committed values of these keys, as {@link #newest(KafkaConnection)} reads them. */
    public TopicSnapshot<T> newest(KafkaConnection kafka, Collection<String> keys) {
        TopicSnapshot<T> snapshot = new TopicSnapshot<>();
        try (TopicReader reader = TopicReader.brief(kafka)) {
            reader.add(this, Set.copyOf(keys), snapshot).readOn(LIMIT);
        }
        return snapshot;
    }

    /**
     * The committed values of these keys. Returns only when everything that was in their partitions at the call is
     * decided, open transactions of others included: else what was committed behind one of those would be missed.
     *
     * @throws TimeoutException if a transaction stays open, or the topic cannot be read, for so long
     */
    public TopicSnapshot<T> decided(KafkaConnection kafka, Collection<String> keys, Duration within) {
        TopicSnapshot<T> snapshot = new TopicSnapshot<>();
        if (!keys.isEmpty()) {
            try (TopicReader reader = TopicReader.brief(kafka)) {
                reader.add(this, Set.copyOf(keys), snapshot).readOnDecided(kafka, within);
            }
        }
        return snapshot;
    }
}
