package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.CorpusPlace;
import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.StoppedException;
import dev.sluice.producer.block.WindowBlock;
import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamProgress.Begin;
import dev.sluice.producer.contract.StreamProgress.Committed;
import dev.sluice.producer.contract.StreamProgress.Extent;
import dev.sluice.producer.contract.StreamProgress.Place;
import dev.sluice.producer.contract.StreamProgress.Run;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.publish.ProducerMetrics.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the blocks of one stream, each row once: records, and the place in the corpus behind them, in one
 * transaction. After a crash {@link #fence}, {@link #resume} and the block of {@link #place} go on where the last commit
 * ended. Used by one thread.
 */
final class StreamPublisher implements AutoCloseable {
    private final StreamSpec spec;
    private final String id;
    private final Producer<byte[], byte[]> producer;
    private final ProducerMetrics metrics;
    private final TelemetrySource telemetry;
    private final int recordsPerTransaction;
    private final Runnable checkpoint;
    private final ActivationEncoder encoder;
    private Place place = Place.START;
    private Run run = new Run(List.of(), 0);
    private boolean announced;
    private boolean complete;
    private long logBytes;

    /**
     * @param producer transactional, of this stream alone; closed with this
     * @param checkpoint called between transactions; throws {@link StoppedException} to stop there
     */
    StreamPublisher(
            StreamSpec spec,
            Producer<byte[], byte[]> producer,
            ProducerMetrics metrics,
            TelemetrySource telemetry,
            int recordsPerTransaction,
            Runnable checkpoint) {
        this.spec = spec;
        this.id = spec.id();
        this.producer = producer;
        this.metrics = metrics;
        this.telemetry = telemetry;
        this.recordsPerTransaction = recordsPerTransaction;
        this.checkpoint = checkpoint;
        this.encoder = new ActivationEncoder(spec);
    }

    /** The same for every process that ever publishes this stream. */
    static String transactionalId(StreamSpec spec) {
        return "sluice-producer-" + spec.id();
    }

    StreamSpec spec() {
        return spec;
    }

    /** Ends whatever an earlier process of this stream has left open; before its progress is read. */
    void fence() {
        producer.initTransactions();
    }

    /**
     * Goes on after what is committed.
     *
     * @param committed the stream's last progress, null if it has none
     * @throws PublishException if that is of another stream
     */
    void resume(@Nullable StreamProgress committed) {
        if (committed == null) {
            return;
        }
        if (!committed.digest().equals(spec.digest())) {
            throw new PublishException("stream " + id + " exists with another spec: "
                    + String.join("; ", spec.differences(committed.spec()))
                    + ". Choose another seed or another broker folder");
        }
        place = committed.place();
        run = committed.run();
        complete = committed.complete();
        logBytes = committed.telemetry().logBytes();
        announced = true;
    }

    Place place() {
        return place;
    }

    boolean complete() {
        return complete;
    }

    /** Whether the stream is in the log, be it without rows. */
    boolean announced() {
        return announced;
    }

    /** Makes a new stream known before its first rows are; does nothing for one that is known. */
    void announce(Run begun) {
        if (!announced) {
            run = begun;
            Begin begin = place.begin();
            transaction(
                    0, () -> progress(new Extent(begin.firstRow(), begin.firstHeldoutRow(), complete), place, null));
            announced = true;
        }
    }

    /**
     * Publishes what is not committed yet of a block; does nothing if all of it is.
     *
     * @throws PublishException if the block is not the one that follows, or differs from what is committed of it
     */
    void publish(Block block) {
        if (complete || block.windows().number() < place.block()) {
            return;
        }
        requireHere(block.windows());
        RowClasses classes = new RowClasses(
                place.medianNorm() > 0
                        ? place.medianNorm()
                        : block.train(spec.hook()).medianNorm());
        BlockRecords records = metrics.timed(
                Stage.MIX,
                () -> new BlockRecords(
                        spec,
                        encoder,
                        block,
                        classes,
                        place.begin().firstRow(),
                        place.begin().firstHeldoutRow()));
        ChainedHash hash = verifyCommitted(records);
        Place start = place;
        do {
            checkpoint.run();
            Transfer transfer = new Transfer(records, hash);
            transaction(recordsPerTransaction, () -> {
                transfer.send();
                Place next = records.hasNext() ? within(start, transfer) : after(start, block, classes, records);
                complete = !records.hasNext() && block.windows().last();
                place = next;
                return progress(
                        new Extent(
                                start.begin().firstRow() + records.trainDone(),
                                start.begin().firstHeldoutRow() + records.heldoutDone(),
                                complete),
                        next,
                        block.windows().reading());
            });
            metrics.committed(transfer.rows, transfer.count, transfer.bytes);
            metrics.queued(records.remaining());
        } while (records.hasNext());
        if (complete) {
            metrics.completed();
        }
    }

    private void requireHere(WindowBlock block) {
        CorpusPlace expected =
                new CorpusPlace(place.begin().document(), place.begin().window());
        if (block.number() != place.block() || !block.begin().equals(expected)) {
            throw new PublishException("stream " + id + " must go on with block " + place.block() + " at " + expected
                    + ", got block " + block.number() + " at " + block.begin() + ": has the corpus changed?");
        }
    }

    /** Passes over the records that are committed, if they are the same. */
    private ChainedHash verifyCommitted(BlockRecords records) {
        ChainedHash hash = new ChainedHash();
        for (int i = 0; i < place.committed().committedRecords() && records.hasNext(); i++) {
            hash.add(records.next().bytes());
        }
        if (!hash.hex().equals(place.committed().committedHash())) {
            throw new PublishException("stream " + id + ": block " + place.block() + " must be computed again as it was"
                    + " for its " + place.committed().committedRecords() + " committed records (hash "
                    + place.committed().committedHash()
                    + "), got " + hash.hex() + ": this machine or its libraries give other bits. Go on where the stream"
                    + " was begun, or begin another one with another seed");
        }
        return hash;
    }

    /** The records of one transaction. */
    private final class Transfer {
        private final BlockRecords records;
        private final ChainedHash hash;
        private int count;
        private long rows;
        private long bytes;

        Transfer(BlockRecords records, ChainedHash hash) {
            this.records = records;
            this.hash = hash;
        }

        void send() {
            while (records.hasNext() && count < recordsPerTransaction) {
                RecordValue value = metrics.timed(Stage.ENCODE, this::next);
                String topic = value.heldout() ? Topic.heldout(id) : Topic.train(id);
                metrics.timed(Stage.SEND, () -> {
                    var unused = producer.send(new ProducerRecord<>(topic, 0, null, value.bytes()));
                });
                count++;
                rows += value.rows();
                bytes += value.bytes().length;
            }
            logBytes += bytes;
        }

        private RecordValue next() {
            RecordValue value = records.next();
            hash.add(value.bytes());
            return value;
        }
    }

    private static Place within(Place start, Transfer transfer) {
        return new Place(
                start.begin(), new Committed(transfer.records.given(), transfer.hash.hex()), start.medianNorm());
    }

    private static Place after(Place start, Block block, RowClasses classes, BlockRecords records) {
        CorpusPlace end = block.windows().end();
        return new Place(
                new Begin(
                        start.block() + 1,
                        end.document(),
                        end.window(),
                        start.begin().firstRow() + records.trainDone(),
                        start.begin().firstHeldoutRow() + records.heldoutDone()),
                Committed.NOTHING,
                classes.medianNorm());
    }

    private StreamProgress progress(Extent extent, Place next, WindowBlock.@Nullable Reading reading) {
        return new StreamProgress(
                spec, spec.digest(), extent, run, next, telemetry.now(reading, logBytes, metrics.stageSeconds()));
    }

    private interface Body {
        StreamProgress run();
    }

    private void transaction(int records, Body body) {
        try {
            producer.beginTransaction();
            StreamProgress progress = body.run();
            metrics.timed(Stage.SEND, () -> {
                var unused = producer.send(new ProducerRecord<>(
                        Topic.PROGRESS, 0, id.getBytes(StandardCharsets.UTF_8), Json.write(progress)));
                producer.commitTransaction();
            });
        } catch (KafkaException e) {
            metrics.aborted(records);
            PublishException failure =
                    new PublishException("stream " + id + ": a transaction failed: " + e.getMessage(), e);
            abort(failure);
            throw failure;
        }
    }

    /** So that readers need not wait for the transaction to time out. */
    private void abort(PublishException failure) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
