package dev.sluice.trainer.training;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.Measurement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes measurements; a checkpoint may only be committed behind those of the steps that it covers. Thread-safe. */
final class MeasurementLog implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    MeasurementLog(KafkaConnection kafka) {
        producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    void publish(Measurement measurement) {
        Future<?> unused = producer.send(
                new ProducerRecord<>(
                        Topic.MEASUREMENTS,
                        measurement.variant().getBytes(StandardCharsets.UTF_8),
                        Json.write(measurement)),
                this::sent);
    }

    private void sent(RecordMetadata metadata, @Nullable Exception problem) {
        if (problem != null) {
            failure.compareAndSet(null, problem);
        }
    }

    /**
     * Returns when everything published so far is acknowledged.
     *
     * @throws KafkaException if any was not; the log has a hole then, which only a restart from a checkpoint mends
     */
    void flush() {
        producer.flush();
        Exception problem = failure.get();
        if (problem != null) {
            throw new KafkaException("measurements could not be published", problem);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
