package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A stream of rows that depend on their number and the seed only, in records of uneven size, as a producer would send. */
public final class PublishedStream {
    private static final int LEAST_ROWS = 20;
    private static final int MORE_ROWS = 60;

    private final KafkaConnection kafka;
    private final StreamSpec spec;
    private final ActivationEncoder encoder;
    private final Random cuts;
    private long rows;
    private int records;

    public PublishedStream(KafkaConnection kafka, int width, long seed) {
        this.kafka = kafka;
        this.spec = spec(width, seed);
        this.encoder = new ActivationEncoder(spec);
        this.cuts = new Random(seed);
        TopicSetup.ensure(kafka, Topic.shared(4));
        TopicSetup.ensure(kafka, Topic.ofStream(spec.id()));
    }

    public static StreamSpec spec(int width, long seed) {
        return new StreamSpec(
                new RowOrder(
                        new RowOrder.Documents("made", "1", 0, ""),
                        new RowOrder.Cut(16, -1, false),
                        RowOrder.Mixing.ofRows(64, seed),
                        0),
                new RowValues("none", "1", null, "blocks.1.hook_resid_post", width, "F32"));
    }

    public StreamSpec spec() {
        return spec;
    }

    public long rows() {
        return rows;
    }

    /** Committed records. */
    public int records() {
        return records;
    }

    /** The values of a row: two directions of the width, a little noise. */
    public static float[] row(StreamSpec spec, long row) {
        Random random = new Random(spec.seed() * 1_000_003 + row);
        float[] values = new float[spec.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 4;
        }
        values[random.nextInt(spec.width())] += 3;
        values[random.nextInt(spec.width())] += 5;
        return values;
    }

    /** Σ ‖x‖² of tokens in the order in which passes over these rows read them. */
    public double squaredNorm(long firstToken, int count) {
        double sum = 0;
        for (long token = firstToken; token < firstToken + count; token++) {
            for (float value : row(spec, token % rows)) {
                sum += (double) value * value;
            }
        }
        return sum;
    }

    /** Sends as many rows more in transactions of a few records, with aborted ones between; then their progress. */
    public PublishedStream add(int count, boolean complete) {
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.recordProducer("test-" + spec.id()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            long end = rows + count;
            while (rows < end) {
                producer.beginTransaction();
                send(producer, record(rows, 5));
                producer.flush();
                producer.abortTransaction();
                producer.beginTransaction();
                List<byte[]> values = records(end);
                values.forEach(value -> send(producer, value));
                records += values.size();
                progress(producer, complete && rows == end);
                producer.commitTransaction();
            }
        }
        return this;
    }

    private List<byte[]> records(long end) {
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 3 && rows < end; i++) {
            int count = (int) Math.min(LEAST_ROWS + cuts.nextInt(MORE_ROWS), end - rows);
            values.add(record(rows, count));
            rows += count;
        }
        return values;
    }

    /** Sends one record as it is, in its place or not. */
    public void addRaw(byte[] value) {
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            send(producer, value);
        }
    }

    /** The bytes of a record of this stream. */
    public byte[] record(long firstRow, int count) {
        for (long row = firstRow; row < firstRow + count; row++) {
            RowClass rowClass = row % 16 == 0 ? RowClass.FIRST_POSITION : RowClass.REST;
            encoder.add(
                    FloatBuffer.wrap(row(spec, row)),
                    new RowLabel(row / 32, (int) (row / 16 % 2), (int) (row % 16), (int) (row % 50), "", rowClass));
        }
        return encoder.finish(firstRow);
    }

    private void send(Producer<byte[], byte[]> producer, byte[] value) {
        Future<?> unused = producer.send(new ProducerRecord<>(Topic.train(spec.id()), value));
    }

    private void progress(Producer<byte[], byte[]> producer, boolean complete) {
        StreamProgress progress = progress(complete);
        Future<?> unused = producer.send(
                new ProducerRecord<>(Topic.PROGRESS, spec.id().getBytes(StandardCharsets.UTF_8), Json.write(progress)));
    }

    public StreamProgress progress(boolean complete) {
        return new StreamProgress(
                spec,
                spec.digest(),
                new StreamProgress.Extent(rows, 0, complete),
                new StreamProgress.Run(List.of(spec.id()), Math.max(1, rows)),
                new StreamProgress.Place(
                        new StreamProgress.Begin(0, 0, 0, rows, 0), StreamProgress.Committed.NOTHING, 0),
                new StreamProgress.Telemetry(new StreamProgress.Reading(0, 0, 0, 0), 0, Map.of(), "cpu", 0, 0));
    }
}
