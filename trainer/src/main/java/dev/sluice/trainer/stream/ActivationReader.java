package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.ActivationRecordDeserializer;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the training rows of one stream in order, some records ahead of whoever takes them, on a thread of its own; once
 * the stream is complete it is read again, as often as asked.
 */
public final class ActivationReader implements AutoCloseable {
    private static final int RECORDS_AHEAD = 8;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final double NANOS_PER_SECOND = 1e9;

    private final KafkaConnection kafka;
    private final Supplier<StreamProgress> progress;
    private final TopicPartition partition;
    private final StreamSpec spec;
    private final StreamPosition start;
    private final Passes passes;
    private final DirectBuffers pool;
    private final ReaderListener listener;
    private final BlockingQueue<DecodedRows> ahead = new ArrayBlockingQueue<>(RECORDS_AHEAD);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean ended;
    private volatile @Nullable RuntimeException failure;

    /**
     * @param progress the newest of the stream
     * @param start of the first rows wanted
     * @param passes over the log in all, those before {@code start} included
     */
    public ActivationReader(
            KafkaConnection kafka,
            Supplier<StreamProgress> progress,
            StreamPosition start,
            Passes passes,
            DirectBuffers pool,
            ReaderListener listener) {
        this.kafka = kafka;
        this.progress = progress;
        this.spec = progress.get().spec();
        this.partition = new TopicPartition(Topic.train(spec.id()), 0);
        this.start = start;
        this.passes = passes;
        this.pool = pool;
        this.listener = listener;
        this.thread = new Thread(this::run, "sluice-read-" + spec.id());
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /**
     * The next rows; null if there are none yet, or no more.
     *
     * @throws StreamException if the log does not hold what the stream promises; everything before was given out
     * @throws org.apache.kafka.common.KafkaException if the log cannot be read
     */
    public @Nullable DecodedRows poll(Duration wait) throws InterruptedException {
        DecodedRows rows = ahead.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        RuntimeException thrown = failure;
        if (rows == null && thrown != null && ahead.isEmpty()) {
            throw thrown;
        }
        return rows;
    }

    /** True once every row of every pass was given out. */
    public boolean isAtEnd() {
        return ended && ahead.isEmpty();
    }

    private void run() {
        try (Consumer<byte[], ActivationRecord> consumer = new KafkaConsumer<>(
                kafka.consumer(), new ByteArrayDeserializer(), new ActivationRecordDeserializer())) {
            consumer.assign(List.of(partition));
            RowLocator locator = new RowLocator(consumer, partition);
            long row = start.row();
            long passStart = start.passStart();
            for (int epoch = start.epoch(); epoch < passes.count() && !closed; epoch++) {
                locator.seek(row);
                readPass(consumer, new RowSequence(spec, row), epoch, passStart);
                passStart += progress.get().rows();
                row = passes.firstRow();
            }
            ended = !closed;
        } catch (RecordDeserializationException e) {
            failure = new StreamException.Foreign(
                    e.topicPartition() + " offset " + e.offset(), String.valueOf(rootMessage(e)), e);
        } catch (WakeupException | InterruptException e) {
            closed = true;
        } catch (OutOfMemoryError e) {
            failure = new IllegalStateException("no memory to decode records of " + partition, e);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private static @Nullable String rootMessage(Throwable problem) {
        Throwable cause = problem.getCause();
        return cause == null ? problem.getMessage() : cause.getMessage();
    }

    private void readPass(
            Consumer<byte[], ActivationRecord> consumer, RowSequence sequence, int epoch, long passStart) {
        while (!closed && !isComplete(sequence.nextRow())) {
            for (ConsumerRecord<byte[], ActivationRecord> record : poll(consumer, sequence)) {
                if (closed) {
                    return;
                }
                String where = partition + " offset " + record.offset();
                int skipped = sequence.skip(record.value(), where);
                if (skipped < record.value().rows()) {
                    decode(record.value(), skipped, epoch, passStart);
                }
            }
        }
    }

    private boolean isComplete(long nextRow) {
        StreamProgress now = progress.get();
        return now.complete() && nextRow >= now.rows();
    }

    private ConsumerRecords<byte[], ActivationRecord> poll(
            Consumer<byte[], ActivationRecord> consumer, RowSequence sequence) {
        try {
            long begin = System.nanoTime();
            long promised = progress.get().rows();
            ConsumerRecords<byte[], ActivationRecord> records = consumer.poll(POLL);
            if (records.isEmpty()) {
                requireSomethingKept(consumer, sequence, promised);
            } else {
                listener.polled(records.count(), (System.nanoTime() - begin) / NANOS_PER_SECOND);
                requireKept(consumer, sequence, records);
            }
            return records;
        } catch (OffsetOutOfRangeException e) {
            long kept = new RowLocator(consumer, partition)
                    .firstRow()
                    .orElse(progress.get().rows());
            throw new StreamException.RowsLost(partition.toString(), sequence.nextRow(), kept);
        }
    }

    /** A record behind the wanted row, with none before it in the log, means that retention was faster. */
    private void requireKept(
            Consumer<byte[], ActivationRecord> consumer,
            RowSequence sequence,
            ConsumerRecords<byte[], ActivationRecord> records) {
        long found = records.iterator().next().value().firstRow();
        if (found <= sequence.nextRow()) {
            return;
        }
        long next = consumer.position(partition);
        OptionalLong kept = new RowLocator(consumer, partition).firstRow();
        if (kept.isPresent() && kept.getAsLong() == found) {
            throw new StreamException.RowsLost(partition.toString(), sequence.nextRow(), found);
        }
        consumer.seek(partition, next);
    }

    /** An empty log of a stream with rows means that retention was faster too. */
    private void requireSomethingKept(
            Consumer<byte[], ActivationRecord> consumer, RowSequence sequence, long promised) {
        if (promised > sequence.nextRow() && new RowLocator(consumer, partition).isEmpty()) {
            throw new StreamException.RowsLost(partition.toString(), sequence.nextRow(), promised);
        }
    }

    private void decode(ActivationRecord record, int skipped, int epoch, long passStart) {
        long begin = System.nanoTime();
        DecodedRows rows = DecodedRows.of(record, skipped, epoch, passStart, pool);
        listener.decoded((System.nanoTime() - begin) / NANOS_PER_SECOND);
        try {
            while (!closed) {
                if (ahead.offer(rows, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            rows.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Stops reading and waits for the thread. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ahead.forEach(DecodedRows::release);
        ahead.clear();
    }
}
