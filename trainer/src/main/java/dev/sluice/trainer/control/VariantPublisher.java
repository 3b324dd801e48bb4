package dev.sluice.trainer.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.stream.CompactedTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes variants to {@code sluice.variants}. A partition's writers take turns by its fence: the last to take it sees
 * what all others have written. Writing the same again changes nothing.
 */
public final class VariantPublisher {
    private static final String PREFIX = "sluice-variants-";

    private final KafkaConnection kafka;
    private final int partitions;

    /** @param partitions of the topic */
    public VariantPublisher(KafkaConnection kafka, int partitions) {
        this.kafka = kafka;
        this.partitions = partitions;
    }

    /**
     * Returns when the variants are there.
     *
     * @throws VariantConflictException if another spec is there under one of the ids, naming what differs; nothing is
     *     written then
     */
    public void publish(List<VariantSpec> specs) {
        List<VariantSpec> absent = absent(specs);
        Map<Integer, List<VariantSpec>> byPartition = new TreeMap<>();
        for (VariantSpec spec : absent) {
            byPartition
                    .computeIfAbsent(CompactedTopic.partitionOf(spec.id(), partitions), key -> new ArrayList<>())
                    .add(spec);
        }
        byPartition.forEach(this::publish);
    }

    private void publish(int partition, List<VariantSpec> specs) {
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.transactionalProducer(PREFIX + partition),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            List<VariantSpec> absent = absent(specs);
            producer.beginTransaction();
            for (VariantSpec spec : absent) {
                Future<?> unused = producer.send(new ProducerRecord<>(
                        Topic.VARIANTS,
                        partition,
                        spec.id().getBytes(StandardCharsets.UTF_8),
                        Json.write(WantedVariant.of(spec))));
            }
            producer.commitTransaction();
        }
    }

    private List<VariantSpec> absent(List<VariantSpec> specs) {
        Map<String, byte[]> present = CompactedTopic.read(
                kafka, Topic.VARIANTS, specs.stream().map(VariantSpec::id).toList());
        List<VariantSpec> absent = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        for (VariantSpec spec : specs) {
            byte[] value = present.get(spec.id());
            if (value == null) {
                absent.add(spec);
            } else {
                JsonNode there = Json.mapper()
                        .valueToTree(Json.read(value, WantedVariant.class).spec());
                addDifferences(spec.id(), Json.mapper().valueToTree(spec), there, differing);
            }
        }
        if (!differing.isEmpty()) {
            throw new VariantConflictException(
                    "a spec does not change under its id; take another id: " + String.join("; ", differing));
        }
        return absent;
    }

    private static void addDifferences(String path, JsonNode mine, JsonNode there, List<String> differing) {
        if (mine.isObject() && there.isObject()) {
            mine.fieldNames()
                    .forEachRemaining(
                            name -> addDifferences(path + "." + name, mine.path(name), there.path(name), differing));
        } else if (!mine.equals(there)) {
            differing.add(path + " is " + there + " there, " + mine + " here");
        }
    }
}
