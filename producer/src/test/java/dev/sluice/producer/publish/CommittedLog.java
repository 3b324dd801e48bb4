package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.ActivationRecord;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a read-committed consumer sees of a stream, once the brokers have ended the transactions that were open. */
record CommittedLog(KafkaConnection kafka, StreamSpec spec) {
    List<ActivationRecord> train() {
        return records(Topic.train(spec.id()));
    }

    List<ActivationRecord> heldout() {
        return records(Topic.heldout(spec.id()));
    }

    StreamProgress progress() {
        Map<String, StreamProgress> all = new ProgressLog(kafka).readAll(Set.of(spec.id()));
        return Objects.requireNonNull(all.get(spec.id()), () -> "no progress of " + spec.id());
    }

    /** Both topics' values in order, as buffers that compare by content. */
    List<List<ByteBuffer>> values() {
        return List.of(
                train().stream().map(ActivationRecord::bytes).toList(),
                heldout().stream().map(ActivationRecord::bytes).toList());
    }

    /** The rows of records that follow each other without gap or overlap from row 0. */
    static long rowsWithoutGap(List<ActivationRecord> records) {
        long next = 0;
        for (ActivationRecord record : records) {
            assertThat(record.firstRow()).isEqualTo(next);
            next += record.rows();
        }
        return next;
    }

    private List<ActivationRecord> records(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ActivationRecord> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.briefConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = end(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> records.add(ActivationRecord.decode(ByteBuffer.wrap(record.value()))
                                .require(spec)));
            }
        }
        return records;
    }

    /** A producer's commit returns before the brokers have shown it to readers, so this is the end of all records. */
    private long end(TopicPartition partition) {
        Map<String, Object> uncommitted = new HashMap<>(kafka.briefConsumer());
        uncommitted.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(uncommitted, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
        }
    }
}
