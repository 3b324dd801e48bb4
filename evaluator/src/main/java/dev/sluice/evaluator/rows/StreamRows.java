package dev.sluice.evaluator.rows;

import dev.sluice.evaluator.rows.RowNeed.Split;
import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The rows of one log of a stream, in order: read and checked once and kept, up to a number of bytes; what is behind
 * them is read again each time. On one thread.
 */
public final class StreamRows implements AutoCloseable {
    private static final int BATCH = 1024;

    private static final long KEPT_BYTES = 128L << 20;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_SILENT_POLLS = 150;
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final StreamSpec spec;
    private final long keptBytes;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final List<ActivationRecord> kept = new ArrayList<>();
    private final ByteBuffer activations;
    private final int windowBatch;
    private long bytes;
    private long keptRows;
    private long offsetBehindKept;

    /** @throws TimeoutException if no broker has the log now */
    public StreamRows(KafkaConnection kafka, StreamSpec spec, Split split) {
        this(kafka, spec, split, KEPT_BYTES);
    }

    StreamRows(KafkaConnection kafka, StreamSpec spec, Split split, long keptBytes) {
        this.spec = spec;
        this.keptBytes = keptBytes;
        this.consumer = new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partition =
                new TopicPartition(split == Split.TRAIN ? Topic.train(spec.id()) : Topic.heldout(spec.id()), 0);
        this.windowBatch = Math.max(BATCH, spec.order().cut().context() + StableProduct.LEAST_ROWS);
        this.activations = ByteBuffer.allocateDirect(Math.multiplyExact(
                Math.multiplyExact(windowBatch + StableProduct.LEAST_ROWS, spec.width()), Float.BYTES));
        offsetBehindKept = begin();
    }

    /** Offset of the first record. Who is not constructed cannot be closed, so a failure closes the consumer. */
    private long begin() {
        try {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return consumer.position(partition, ANSWER);
        } catch (RuntimeException | Error e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    /** Is given one batch after another. */
    public interface Visitor {
        /** @param batch valid until the next */
        void visit(RowBatch batch) throws InterruptedException;
    }

    /**
     * Gives the first rows in batches, each valid until the next. A batch of whole windows ends before the first window
     * that is not whole; a window that the last row cuts is left out.
     *
     * @param range of rows that are in the log
     * @throws InterruptedException if the visitor does
     * @throws ContractException if the rows are not what the stream says
     * @throws TimeoutException if the log is silent, though it goes on: it can be read later
     */
    public void forEachBatch(RowNeed.Range range, RowNeed.Shape shape, Visitor visitor) throws InterruptedException {
        if (shape == RowNeed.Shape.ROWS) {
            forEachRows(range.rows(), visitor);
        } else {
            forEachWindows(range, visitor);
        }
    }

    private void forEachRows(long count, Visitor visitor) throws InterruptedException {
        Cursor cursor = new Cursor();
        for (long row = 0; row < count; ) {
            RowBatch batch = new RowBatch(row, batchRows(count - row), spec.width(), activations);
            cursor.fill(batch);
            visitor.visit(batch);
            row += batch.rows();
        }
    }

    private void forEachWindows(RowNeed.Range range, Visitor visitor) throws InterruptedException {
        Cursor cursor = new Cursor();
        RowBatch batch = new RowBatch(0, batchRows(range.rows(), windowBatch), spec.width(), activations);
        while (batch.firstRow() < range.rows()) {
            cursor.fill(batch);
            long left = range.rows() - batch.firstRow() - batch.rows();
            int whole = left == 0 && range.complete() ? batch.rows() : batch.lastWindow();
            if (whole > 0) {
                visitor.visit(batch.upTo(whole));
            }
            if (left == 0) {
                return;
            }
            batch = after(batch, requireWindow(batch, whole), range.rows());
        }
    }

    /** A batch that begins with the rows that another one could not use. */
    private RowBatch after(RowBatch batch, int whole, long end) {
        long first = batch.firstRow() + whole;
        RowBatch next = new RowBatch(first, batchRows(end - first, windowBatch), spec.width(), activations);
        next.takeTail(batch, whole);
        return next;
    }

    private int requireWindow(RowBatch batch, int whole) {
        if (whole == 0) {
            throw new ContractException(partition.topic() + " must begin a window at least every " + windowBatch
                    + " rows, got none from row " + batch.firstRow()
                    + " on: its rows are not in the order of the corpus");
        }
        return whole;
    }

    /** Rows of the next batch. */
    public static int batchRows(long remaining) {
        return batchRows(remaining, BATCH);
    }

    /** A rest that is too small for a product joins the batch before it. */
    private static int batchRows(long remaining, int most) {
        return remaining < most + StableProduct.LEAST_ROWS ? (int) remaining : most;
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

        void fill(RowBatch batch) {
            while (!batch.isFull()) {
                if (record == null || row == record.rows()) {
                    record = next();
                    row = 0;
                }
                row += batch.fill(record, row);
            }
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
                    throw silence(expectedRow);
                }
                poll(this);
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

    /** What retention has removed does not come back. */
    private void poll(Cursor cursor) {
        try {
            consumer.poll(POLL).forEach(cursor.fetched::add);
        } catch (OffsetOutOfRangeException e) {
            throw new ContractException(
                    partition.topic() + " must have row " + cursor.expectedRow
                            + ": retention has removed its records, though checkpoints trained on them are still to be"
                            + " read; let the topic keep its records for longer (retention.ms, retention.bytes)",
                    e);
        }
    }

    /** A log that ends too early stays as it is; brokers that are away come back. */
    private RuntimeException silence(long expectedRow) {
        long end = consumer.endOffsets(List.of(partition), ANSWER).getOrDefault(partition, Long.MAX_VALUE);
        return consumer.position(partition, ANSWER) < end
                ? new TimeoutException(partition.topic() + " is silent before row " + expectedRow)
                : new ContractException(partition.topic() + " must have row " + expectedRow
                        + ": progress says so, but the log ends before it");
    }

    long keptRows() {
        return keptRows;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
