package dev.sluice.evaluator.tracking;

import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.Loopback;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TrackerIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void shouldWriteOnlyTheSecondTrainingOfAVariantThatWasDeletedAndWantedAgain() throws Exception {
        KeptPoints sink = new KeptPoints();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
            TopicSetup.ensure(kafka, Topic.shared(2));
            sendTwoTrainings(kafka);
            try (Tracker tracker = new Tracker(kafka, MetricTable.standard(), "memory", () -> sink)) {
                tracker.start();
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(sink.taken).containsExactly("100 at 9000"));
            }
        }
        assertThat(sink.taken).containsExactly("100 at 9000");
    }

    /** The first one came further than the second. */
    private static void sendTwoTrainings(KafkaConnection kafka) {
        RollingMetrics both = window(100, 1000);
        RollingMetrics onlyFirst = window(200, 2000);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer())) {
            send(producer, both.key(), Json.write(both));
            send(producer, onlyFirst.key(), Json.write(onlyFirst));
            send(producer, both.key(), null);
            send(producer, onlyFirst.key(), null);
            send(producer, both.key(), Json.write(window(100, 9000)));
        }
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value
    private static void send(KafkaProducer<String, byte[]> producer, String key, byte @Nullable [] value) {
        var unused = producer.send(new ProducerRecord<>(Topic.METRICS, key, value));
    }

    private static RollingMetrics window(long end, long atMillis) {
        return Facts.metrics("topk", "", "topk", PREQUENTIAL, end, end, false, false, 0.5, atMillis);
    }
}
