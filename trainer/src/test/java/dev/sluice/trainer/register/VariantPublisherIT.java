package dev.sluice.trainer.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.spec.VariantConflictException;
import dev.sluice.trainer.stream.PublishedStream;
import dev.sluice.trainer.stream.SharedBroker;
import dev.sluice.trainer.training.TrainerHarness;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantPublisherIT {
    private final KafkaConnection kafka = SharedBroker.connection();
    private final VariantPublisher publisher = new VariantPublisher(kafka, TrainerHarness.PARTITIONS);

    @Test
    void shouldWriteVariantsOnceAndRefuseAnotherSpecUnderTheirId() {
        PublishedStream stream = new PublishedStream(kafka, 8, 201);
        VariantSpec one = TrainerHarness.topK("one", stream, 64, 1, 500);
        VariantSpec two = TrainerHarness.topK("two", stream, 64, 1, 500);

        publisher.publish(List.of(one, two));
        publisher.publish(List.of(two, one));

        assertThat(VariantTopics.VARIANTS
                        .decided(kafka, List.of("one", "two"), CompactedTopic.LIMIT)
                        .values())
                .containsExactly(Map.entry("one", WantedVariant.of(one)), Map.entry("two", WantedVariant.of(two)));

        VariantSpec changed = TrainerHarness.topK("two", stream, 32, 1, 500);
        VariantSpec three = TrainerHarness.topK("three", stream, 64, 1, 500);
        assertThatThrownBy(() -> publisher.publish(List.of(three, changed)))
                .isInstanceOf(VariantConflictException.class)
                .hasMessageContaining("two.training.batch-tokens is 64 there, 32 here");
        assertThat(VariantTopics.VARIANTS
                        .decided(kafka, List.of("three"), CompactedTopic.LIMIT)
                        .values())
                .isEmpty();
    }
}
