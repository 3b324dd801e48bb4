package dev.sluice.trainer.stream;

import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.ActivationRecordDeserializer;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How long the log keeps the rows of a stream, by its bound in time; what a bound in bytes deletes is not foreseen. */
public final class LogRetention {
    /** Always the same, or every look would begin new series of the client's metrics. */
    private static final String CLIENT_ID = "sluice-retention";

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConnection kafka;
    private final InstantSource clock;

    public LogRetention(KafkaConnection kafka, InstantSource clock) {
        this.kafka = kafka;
        this.clock = clock;
    }

    /**
     * Milliseconds that the stream's training rows are kept for; negative if for ever.
     *
     * @throws KafkaException if the broker cannot be asked
     */
    public long retentionMillis(String stream) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.train(stream));
        try (Admin admin = Admin.create(kafka.admin())) {
            return Long.parseLong(Objects.requireNonNull(
                            admin.describeConfigs(List.of(topic)).all().get().get(topic))
                    .get(TopicConfig.RETENTION_MS_CONFIG)
                    .value());
        } catch (ExecutionException e) {
            throw new KafkaException("the retention of " + topic.name() + " cannot be read", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** When the record that holds the row was appended, in milliseconds since 1970; now if there is none yet. */
    public long appendedMillis(String stream, long row) {
        TopicPartition partition = new TopicPartition(Topic.train(stream), 0);
        Map<String, Object> settings = new HashMap<>(kafka.briefConsumer());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, CLIENT_ID);
        try (Consumer<byte[], ActivationRecord> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ActivationRecordDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            new RowLocator(consumer, partition).seek(row);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], ActivationRecord> record : consumer.poll(POLL)) {
                    if (record.value().firstRow() + record.value().rows() > row) {
                        return record.timestamp();
                    }
                }
            }
            return clock.millis();
        }
    }
}
