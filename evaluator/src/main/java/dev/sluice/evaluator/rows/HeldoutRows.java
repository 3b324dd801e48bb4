package dev.sluice.evaluator.rows;

import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The held-out rows of one stream, in order: read and checked once and kept, up to a number of bytes; what is behind
 * them is read again each time. On one thread.
 */
public final class HeldoutRows implements AutoCloseable {
    private static final int BATCH = 1024;

    /** No product may have fewer output rows, so a smaller rest joins the batch before it. */
    private static final int LEAST = 16;

    private static final long KEPT_BYTES = 128L << 20;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_SILENT_POLLS = 150;

    private final StreamSpec spec;
    private final long keptBytes;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final List<ActivationRecord> kept = new ArrayList<>();
    private final ByteBuffer activations;
    private long bytes;
    private long keptRows;
    private long offsetBehindKept;

    public HeldoutRows(KafkaConnection kafka, StreamSpec spec) {
        this(kafka, spec, KEPT_BYTES);
    }

    public HeldoutRows(KafkaConnection kafka, StreamSpec spec, long keptBytes) {
        this.spec = spec;
        this.keptBytes = keptBytes;
        this.consumer = new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partition = new TopicPartition(Topic.heldout(spec.id()), 0);
        this.activations = ByteBuffer.allocateDirect(
                Math.multiplyExact(Math.multiplyExact(BATCH + LEAST, spec.width()), Float.BYTES));
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        offsetBehindKept = consumer.position(partition);
    }

    /**
     * Gives the first rows in batches, each valid until the next.
     *
     * @param count rows that are in the log
     */
    public void forEachBatch(long count, Consumer<HeldoutBatch> visitor) {
        Cursor cursor = new Cursor();
        for (long row = 0; row < count; ) {
            int size = batchRows(count - row);
            HeldoutBatch batch = new HeldoutBatch(row, size, spec.width(), activations);
            while (!batch.isFull()) {
                cursor.fill(batch);
            }
            visitor.accept(batch);
            row += size;
        }
    }

    /** Rows of the next batch. */
    public static int batchRows(long remaining) {
        return remaining < BATCH + LEAST ? (int) remaining : BATCH;
    }

    /** A walk over the kept records and then over the log. */
    private final class Cursor {
        private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
        private ActivationRecord record;
        private int nextRecord;
        private int row;
        private long expectedRow;
        private boolean reading;

        @SuppressWarnings("NullAway.Init") // fill reads a record first
        Cursor() {}

        void fill(HeldoutBatch batch) {
            if (record == null || row == record.rows()) {
                record = next();
                row = 0;
            }
            row += batch.fill(record, row);
        }

        private ActivationRecord next() {
            ActivationRecord found = nextRecord < kept.size() ? kept.get(nextRecord) : read();
            nextRecord++;
            if (found.firstRow() != expectedRow) {
                throw new ContractException("record.first_row of " + partition.topic() + " must be " + expectedRow
                        + ", got " + found.firstRow());
            }
            expectedRow += found.rows();
            return found;
        }

        private ActivationRecord read() {
            if (!reading) {
                consumer.seek(partition, offsetBehindKept);
                reading = true;
            }
            for (int polls = 0; fetched.isEmpty(); polls++) {
                if (polls == MOST_SILENT_POLLS) {
                    throw new ContractException(partition.topic() + " must have row " + expectedRow
                            + ": progress says so, but the log ends before it");
                }
                consumer.poll(POLL).forEach(fetched::add);
            }
            ConsumerRecord<byte[], byte[]> raw = fetched.remove();
            ActivationRecord decoded =
                    ActivationRecord.decode(ByteBuffer.wrap(raw.value())).require(spec);
            if (nextRecord == kept.size() && bytes + raw.value().length <= keptBytes) {
                kept.add(decoded);
                keptRows += decoded.rows();
                bytes += raw.value().length;
                offsetBehindKept = raw.offset() + 1;
            }
            return decoded;
        }
    }

    long keptRows() {
        return keptRows;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
