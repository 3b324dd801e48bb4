package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.EmbeddedBroker;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClientMetricsIT {
    private static final TopicPartition PARTITION = new TopicPartition("letters", 0);

    @TempDir
    private Path folder;

    private final CollectorRegistry registry = new CollectorRegistry();

    @Test
    void shouldShowEachAllowedSeriesOfAClientOnceAndOnlyWhileItIsOpen() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            KafkaConnection kafka = new KafkaConnection(broker.bootstrapServers())
                    .observedBy(new KafkaClientMetrics().register(registry));
            try (Admin admin = Admin.create(kafka.admin())) {
                admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                        .all()
                        .get();
            }

            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
                    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                for (int i = 0; i < 3; i++) {
                    producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[] {1}))
                            .get(30, TimeUnit.SECONDS);
                }
                consumer.assign(List.of(PARTITION));
                consumer.seekToBeginning(List.of(PARTITION));
                while (consumer.position(PARTITION) < 3) {
                    consumer.poll(Duration.ofSeconds(1));
                }

                List<String> names = samples().stream()
                        .map(sample -> sample.substring(0, sample.indexOf('{')))
                        .toList();
                // A consumer without a group coordinates nothing.
                assertThat(names)
                        .containsExactlyInAnyOrderElementsOf(ClientSeries.ALL.stream()
                                .map(ClientSeries::series)
                                .filter(name -> !name.contains("rebalance") && !name.contains("assigned"))
                                .toList());
                assertThat(value("kafka_producer_records_sent_total")).isEqualTo(3);
                assertThat(value("kafka_consumer_records_consumed_total")).isEqualTo(3);
            }
            assertThat(samples()).isEmpty();
        }
    }

    @Test
    void shouldKeepTheUsersOwnReporters() {
        KafkaConnection kafka = new KafkaConnection("localhost:1", Map.of("metric.reporters", "their.Reporter"), true);

        assertThat(kafka.observedBy(new KafkaClientMetrics()).admin())
                .containsEntry("metric.reporters", "their.Reporter,dev.sluice.producer.service.ClientMetricsReporter");
        assertThat(kafka.admin()).containsEntry("metric.reporters", "their.Reporter");
    }

    private List<String> samples() {
        return Scrape.text(registry, TextFormat.CONTENT_TYPE_004)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private double value(String name) {
        return samples().stream()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
