package dev.sluice.trainer.register;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.producer.topic.TopicReader;
import dev.sluice.producer.topic.TopicSnapshot;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
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
    /** Somebody waits for the answer. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** @param id of the variant that is asked for, null for all; every stream is there either way */
    public static ControlSnapshot read(KafkaConnection kafka, @Nullable String id) {
        TopicSnapshot<WantedVariant> variants = new TopicSnapshot<>();
        TopicSnapshot<VariantStatus> statuses = new TopicSnapshot<>();
        TopicSnapshot<StreamProgress> streams = new TopicSnapshot<>();
        try (TopicReader reader = TopicReader.brief(kafka)) {
            if (id == null) {
                reader.add(VariantTopics.VARIANTS, variants).add(VariantTopics.STATUS, statuses);
            } else {
                reader.add(VariantTopics.VARIANTS, Set.of(id), variants)
                        .add(VariantTopics.STATUS, Set.of(id), statuses);
            }
            reader.add(ProgressTopic.TOPIC, streams).readOn(LIMIT);
        }
        return new ControlSnapshot(variants.values(), statuses.values(), streams.values());
    }
}
