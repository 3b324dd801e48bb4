package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.contract.Topic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
    private final KafkaConnection kafka = new KafkaConnection(
            "a:1,b:2", Map.of("isolation.level", "read_uncommitted", "linger.ms", "7", "acks", "1"), true);

    @Test
    void shouldLetTheUserTuneButNotGiveUpCorrectness() {
        ConsumerConfig consumer = consumer(kafka.consumer());
        assertThat(consumer.getString("isolation.level")).isEqualTo("read_committed");
        assertThat(consumer.getString("auto.offset.reset")).isEqualTo("none");
        assertThat(consumer.getBoolean("enable.auto.commit")).isFalse();
        assertThat(consumer.getList("bootstrap.servers")).containsExactly("a:1", "b:2");

        ProducerConfig producer = producer(kafka.transactionalProducer("me"));
        assertThat(producer.getString("transactional.id")).isEqualTo("me");
        assertThat(producer.getString("acks")).isEqualTo("-1");
        assertThat(producer.getLong("linger.ms")).isEqualTo(7);
    }

    @Test
    void shouldFitOneActivationRecordIntoOneBatchAndTheBatchIntoTheTopicsLimit() {
        ProducerConfig producer = producer(kafka.recordProducer("me"));

        assertThat(producer.getInt("batch.size")).isBetween(1_100_000, Topic.MAX_MESSAGE_BYTES);
        assertThat(producer.getInt("max.request.size")).isEqualTo(Topic.MAX_MESSAGE_BYTES);
        assertThat(producer.getString("compression.type")).isEqualTo("none");
    }

    @Test
    void shouldRunStreamsExactlyOnceInMemory() {
        assertThat(kafka.streams("app"))
                .containsEntry("application.id", "app")
                .containsEntry("processing.guarantee", "exactly_once_v2");
    }

    @Test
    void shouldRefuseNoAddress() {
        assertThatThrownBy(() -> new KafkaConnection(" "))
                .hasMessage("kafka.bootstrap-servers must be host:port, got nothing");
    }

    private static ProducerConfig producer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("key.serializer", ByteArraySerializer.class);
        all.put("value.serializer", ByteArraySerializer.class);
        return new ProducerConfig(all);
    }

    private static ConsumerConfig consumer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("key.deserializer", ByteArrayDeserializer.class);
        all.put("value.deserializer", ByteArrayDeserializer.class);
        return new ConsumerConfig(all);
    }
}
