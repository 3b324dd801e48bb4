package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.contract.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupIT {
    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static KafkaConnection kafka;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(folder, 0);
        kafka = Loopback.connection(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void shouldCreateTheWholeTableOnceWhoeverComesFirst() throws Exception {
        // When three services start at the same time
        CompletableFuture<?>[] services = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.runAsync(() -> TopicSetup.ensure(kafka, Topic.shared(2))))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(services).join();

        // Then
        try (Admin admin = Admin.create(kafka.admin())) {
            assertThat(admin.listTopics().names().get())
                    .containsAll(Topic.shared(2).stream().map(Topic::name).toList());
        }
    }

    @Test
    void shouldNameTheTopicTheKeyAndBothValuesOfADifference() {
        TopicSetup.ensure(kafka, List.of(new Topic("t", 2, Map.of("cleanup.policy", "compact"))));

        assertThatThrownBy(() -> TopicSetup.ensure(kafka, List.of(new Topic("t", 3, Map.of()))))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("topic t: partitions must be 3, found 2");
        assertThatThrownBy(() ->
                        TopicSetup.ensure(kafka, List.of(new Topic("t", 2, Map.of("cleanup.policy", "delete")))))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("topic t: cleanup.policy must be delete, found compact");
    }

    @Test
    void shouldAcceptWhatTheOperatorMayChange() {
        TopicSetup.ensure(
                kafka, List.of(new Topic("kept", 1, Map.of("retention.ms", "1000", "max.message.bytes", "9000000"))));

        TopicSetup.ensure(
                kafka, List.of(new Topic("kept", 1, Map.of("retention.ms", "-1", "max.message.bytes", "4194304"))));

        assertThatThrownBy(() ->
                        TopicSetup.ensure(kafka, List.of(new Topic("kept", 1, Map.of("max.message.bytes", "9000001")))))
                .hasMessageContaining("topic kept: max.message.bytes must be 9000001, found 9000000");
    }
}
