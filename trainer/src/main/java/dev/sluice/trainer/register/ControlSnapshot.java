package dev.sluice.trainer.register;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.stream.CompactedTopic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the control topics say at one moment.
 *
 * @param variants that are wanted, by id
 * @param statuses by variant id
 * @param streams by id
 */
public record ControlSnapshot(
        Map<String, WantedVariant> variants, Map<String, VariantStatus> statuses, Map<String, StreamProgress> streams) {
    private static final List<String> TOPICS = List.of(Topic.VARIANTS, Topic.STATUS, Topic.PROGRESS);

    /** @param id of the variant that is asked for, null for all; every stream is there either way */
    public static ControlSnapshot read(KafkaConnection kafka, @Nullable String id) {
        Map<String, Map<String, byte[]>> newest = CompactedTopic.newest(kafka, TOPICS, id);
        return new ControlSnapshot(
                values(newest, Topic.VARIANTS, WantedVariant.class),
                values(newest, Topic.STATUS, VariantStatus.class),
                values(newest, Topic.PROGRESS, StreamProgress.class));
    }

    private static <T> Map<String, T> values(Map<String, Map<String, byte[]>> newest, String topic, Class<T> type) {
        Map<String, T> values = new TreeMap<>();
        newest.getOrDefault(topic, Map.of()).forEach((key, value) -> values.put(key, Json.read(value, type)));
        return values;
    }
}
