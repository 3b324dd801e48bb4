package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds a row in the log by bisection over offsets: rows grow with offsets, but aborted records and markers leave gaps,
 * so an offset is only ever a place to look from.
 */
final class RowLocator {
    private static final Duration WAIT = Duration.ofMillis(200);

    /** Below this distance reading on is cheaper than another probe. */
    private static final long CLOSE_OFFSETS = 4;

    private final Consumer<byte[], ActivationRecord> consumer;
    private final TopicPartition partition;

    RowLocator(Consumer<byte[], ActivationRecord> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
    }

    /** Leaves the consumer at or before the record that holds the row, or at its future place. */
    void seek(long row) {
        long low = firstOffset();
        long high = only(consumer.endOffsets(List.of(partition)));
        if (row > 0) {
            while (high - low > CLOSE_OFFSETS) {
                long middle = low + (high - low) / 2;
                ConsumerRecord<byte[], ActivationRecord> record = firstFrom(middle, high);
                if (record == null || record.value().firstRow() > row) {
                    high = middle;
                } else {
                    low = record.offset();
                    if (record.value().firstRow() + record.value().rows() > row) {
                        break;
                    }
                }
                if (record != null && record.offset() >= high) {
                    high = middle;
                }
            }
        }
        consumer.seek(partition, low);
    }

    /** The first committed record in [offset, end), null if there is none. */
    private @Nullable ConsumerRecord<byte[], ActivationRecord> firstFrom(long offset, long end) {
        consumer.seek(partition, offset);
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], ActivationRecord> record : consumer.poll(WAIT)) {
                return record;
            }
        }
        return null;
    }

    /** The log's first kept offset. */
    long firstOffset() {
        return only(consumer.beginningOffsets(List.of(partition)));
    }

    private static long only(Map<TopicPartition, Long> offsets) {
        return offsets.values().iterator().next();
    }
}
