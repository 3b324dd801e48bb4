package dev.sluice.trainer.control;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.stream.CompactedTopic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows {@code sluice.variants} and {@code sluice.progress} from their beginning. On one thread. */
final class ControlTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlTopics.class);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, StreamProgress> progress;
    private final Map<String, VariantSpec> known = new TreeMap<>();

    /** @param progress is kept up to date, by stream id */
    ControlTopics(KafkaConnection kafka, Map<String, StreamProgress> progress) {
        this.progress = progress;
        consumer = new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>(CompactedTopic.partitions(consumer, Topic.VARIANTS));
        partitions.addAll(CompactedTopic.partitions(consumer, Topic.PROGRESS));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The variants that have appeared since the last call. */
    List<VariantSpec> poll(Duration wait) {
        List<VariantSpec> appeared = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            try {
                accept(record, key, appeared);
            } catch (ContractException e) {
                LOG.warn("{} of {} is ignored", key, record.topic(), e);
            }
        }
        return appeared;
    }

    private void accept(ConsumerRecord<byte[], byte[]> record, String key, List<VariantSpec> appeared) {
        if (record.value() == null) {
            LOG.warn("{} was deleted from {}, which is not acted upon", key, record.topic());
        } else if (record.topic().equals(Topic.PROGRESS)) {
            progress.put(key, Json.read(record.value(), StreamProgress.class));
        } else {
            VariantSpec spec = Json.read(record.value(), WantedVariant.class).spec();
            VariantSpec before = known.putIfAbsent(key, spec);
            if (!spec.id().equals(key)) {
                throw new ContractException("variant.id must be its key " + key + ", got " + spec.id());
            }
            if (before == null) {
                appeared.add(spec);
            } else if (!before.equals(spec)) {
                LOG.warn("another spec for variant {} is ignored: a spec does not change under its id", key);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
