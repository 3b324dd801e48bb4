package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows in the log, by bisection over offsets: rows grow with offsets, but aborted records and markers leave gaps,
 * so an offset is only ever a place to look from. Every question moves the consumer.
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
        long high = endOffset();
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

    /** The first row that is kept; empty if none is. */
    OptionalLong firstRow() {
        return rowFrom(firstOffset());
    }

    /** The first committed row at an offset or behind it; empty if there is none. */
    OptionalLong rowFrom(long offset) {
        ConsumerRecord<byte[], ActivationRecord> record = firstFrom(offset, endOffset());
        return record == null
                ? OptionalLong.empty()
                : OptionalLong.of(record.value().firstRow());
    }

    /** The first committed row appended then or later; empty if there is none. */
    OptionalLong rowFromTime(long millis) {
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, millis)).get(partition);
        return found == null ? OptionalLong.empty() : rowFrom(found.offset());
    }

    /** The row behind the last committed one; empty if none is kept. */
    OptionalLong endRow() {
        long first = firstOffset();
        long end = endOffset();
        for (long back = CLOSE_OFFSETS; ; back *= 2) {
            long from = Math.max(first, end - back);
            long row = lastEnd(from, end);
            if (row >= 0 || from == first) {
                return row < 0 ? OptionalLong.empty() : OptionalLong.of(row);
            }
        }
    }

    private long lastEnd(long from, long end) {
        long row = -1;
        consumer.seek(partition, from);
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], ActivationRecord> record : consumer.poll(WAIT)) {
                row = record.value().firstRow() + record.value().rows();
            }
        }
        return row;
    }

    boolean isEmpty() {
        return firstOffset() == endOffset();
    }

    private long endOffset() {
        return only(consumer.endOffsets(List.of(partition)));
    }

    private long firstOffset() {
        return only(consumer.beginningOffsets(List.of(partition)));
    }

    private static long only(Map<TopicPartition, Long> offsets) {
        return offsets.values().iterator().next();
    }
}
