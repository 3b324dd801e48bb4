package dev.sluice.trainer.register;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.stream.CompactedTopic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows {@code sluice.progress} from its beginning. On one thread. */
public final class ProgressTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressTopic.class);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, StreamProgress> progress;

    /** @param progress is kept up to date, by stream id */
    public ProgressTopic(KafkaConnection kafka, Map<String, StreamProgress> progress) {
        this.progress = progress;
        consumer = new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = CompactedTopic.partitions(consumer, Topic.PROGRESS);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    public void poll(Duration wait) {
        consumer.poll(wait).forEach(this::accept);
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        String stream = new String(record.key(), StandardCharsets.UTF_8);
        try {
            if (record.value() != null) {
                progress.put(stream, Json.read(record.value(), StreamProgress.class));
            }
        } catch (ContractException e) {
            LOG.warn("the progress of {} is ignored", stream, e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
