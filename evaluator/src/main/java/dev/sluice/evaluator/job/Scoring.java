package dev.sluice.evaluator.job;

import ai.djl.ndarray.NDManager;
import dev.sluice.evaluator.rows.HeldoutRows;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.Lane;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Measurement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the newest checkpoint of every variant on the first held-out rows, and the final one on all of them. Started
 * again it scores the newest ones once more; the topology drops what it has seen.
 */
public final class Scoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final KafkaConnection kafka;
    private final long heldoutRows;
    private final CheckpointScorer scorer;
    private final Health.Loop loop;
    private final Consumer<String> rejected;
    private final Consumer<Throwable> failed;
    private final Thread thread;
    private final Marks marks = new Marks();
    private final Map<String, StreamProgress> progress = new HashMap<>();
    private final Map<String, HeldoutRows> rows = new HashMap<>();
    private volatile boolean stopping;

    /**
     * @param checkpoints the folder that trainers write
     * @param heldoutRows H: rows that an intermediate checkpoint is scored on
     * @param manager memory of the engine
     * @param lane of the compute thread
     * @param loop is ticked
     * @param rejected is told the reason of every record that cannot be read
     * @param failed is told the cause when scoring ends for another reason than {@link #close}
     */
    public Scoring(
            KafkaConnection kafka,
            Path checkpoints,
            long heldoutRows,
            NDManager manager,
            Lane lane,
            Health.Loop loop,
            Consumer<String> rejected,
            Consumer<Throwable> failed) {
        if (heldoutRows < 1) {
            throw new IllegalArgumentException("evaluator.heldout-rows must be at least 1, got " + heldoutRows);
        }
        this.kafka = kafka;
        this.heldoutRows = heldoutRows;
        this.scorer = new CheckpointScorer(new CheckpointStore(checkpoints), manager, lane, System::currentTimeMillis);
        this.loop = loop;
        this.rejected = rejected;
        this.failed = failed;
        this.thread = new Thread(this::run, "sluice-scoring");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Drops the score at hand. */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (loop;
                KafkaConsumer<String, byte[]> topics =
                        new KafkaConsumer<>(kafka.consumer(), new StringDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<String, byte[]> measurements =
                        new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer())) {
            serve(topics, measurements);
        } catch (InterruptedException | InterruptException expected) {
            LOG.debug("scoring ends");
        } catch (RuntimeException e) {
            if (!stopping) {
                failed.accept(e);
            }
        } finally {
            rows.values().forEach(HeldoutRows::close);
        }
    }

    private void serve(KafkaConsumer<String, byte[]> topics, KafkaProducer<String, byte[]> measurements)
            throws InterruptedException {
        try {
            readToTheEnd(topics);
            while (!stopping) {
                topics.poll(POLL).forEach(this::learn);
                loop.tick();
                Optional<CheckpointManifest> next = marks.next(manifest -> rowsFor(manifest) >= 0);
                if (next.isPresent()) {
                    score(next.get(), topics, measurements);
                }
            }
        } finally {
            // The clients cannot close on a thread that is still marked as interrupted.
            boolean unused = Thread.interrupted();
        }
    }

    /** An old manifest may stand before its successor in a compacted topic, and its file may be gone. */
    private void readToTheEnd(KafkaConsumer<String, byte[]> topics) {
        List<TopicPartition> partitions = Stream.of(Topic.PROGRESS, Topic.CHECKPOINTS)
                .flatMap(topic -> topics.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        topics.assign(partitions);
        topics.seekToBeginning(partitions);
        readOn(topics);
    }

    /** Returns when everything that is in the topics at the call is known. */
    private void readOn(KafkaConsumer<String, byte[]> topics) {
        Map<TopicPartition, Long> ends = topics.endOffsets(topics.assignment());
        while (!stopping
                && !ends.entrySet().stream().allMatch(end -> topics.position(end.getKey()) >= end.getValue())) {
            topics.poll(POLL).forEach(this::learn);
            loop.tick();
        }
    }

    private void learn(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.topic().equals(Topic.PROGRESS)) {
                if (record.value() != null) {
                    progress.put(record.key(), Json.read(record.value(), StreamProgress.class));
                }
            } else if (record.value() == null) {
                marks.forget(record.key());
            } else {
                marks.offer(Json.read(record.value(), CheckpointManifest.class));
            }
        } catch (ContractException e) {
            LOG.warn("record {} of {} is not used: {}", record.offset(), record.topic(), e.getMessage());
            rejected.accept("format");
        }
    }

    /** How many rows the checkpoint is scored on; -1 while they are not in the log. */
    private long rowsFor(CheckpointManifest manifest) {
        StreamProgress stream = progress.get(manifest.spec().stream());
        return stream == null ? -1 : rowsFor(manifest.last(), stream.complete(), stream.heldoutRows(), heldoutRows);
    }

    /** See {@link #rowsFor(CheckpointManifest)}. */
    static long rowsFor(boolean last, boolean complete, long inLog, long most) {
        if (complete) {
            return last ? inLog : Math.min(most, inLog);
        }
        return !last && inLog >= most ? most : -1;
    }

    private void score(
            CheckpointManifest manifest,
            KafkaConsumer<String, byte[]> topics,
            KafkaProducer<String, byte[]> measurements)
            throws InterruptedException {
        String variant = manifest.spec().id();
        StreamProgress stream = progress.get(manifest.spec().stream());
        if (stream == null) {
            return;
        }
        try {
            HeldoutRows heldout =
                    rows.computeIfAbsent(stream.spec().id(), any -> new HeldoutRows(kafka, stream.spec()));
            publish(variant, scorer.score(manifest, stream.spec().width(), heldout, rowsFor(manifest)), measurements);
        } catch (CheckpointException e) {
            // Its owner deletes a checkpoint once there are newer ones, or when the variant is deleted.
            readOn(topics);
            if (manifest.last() && marks.isNewest(manifest)) {
                throw e;
            }
            LOG.info("the checkpoint of {} after step {} is not scored: {}", variant, manifest.step(), e.getMessage());
        }
        if (marks.isNewest(manifest)) {
            marks.handled(manifest);
        }
    }

    /** Returns when all of them are in the log. */
    private static void publish(String variant, List<Measurement> scores, KafkaProducer<String, byte[]> measurements)
            throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (Measurement score : scores) {
            sent.add(measurements.send(new ProducerRecord<>(Topic.MEASUREMENTS, variant, Json.write(score))));
        }
        for (Future<RecordMetadata> record : sent) {
            try {
                record.get();
            } catch (ExecutionException e) {
                throw new ScoringException("a held-out score of " + variant + " cannot be published", e);
            }
        }
    }
}
