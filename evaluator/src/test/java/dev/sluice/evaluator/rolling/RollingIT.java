package dev.sluice.evaluator.rolling;

import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static dev.sluice.trainer.contract.Measurement.SEEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.evaluator.Loopback;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.Sums;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import dev.sluice.trainer.contract.Measurement;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The topology's process is killed with SIGKILL, twice, while measurements come, some of them twice. */
@Timeout(900)
class RollingIT {
    private static final long WINDOW = 1000;
    private static final int STEPS = 120;
    private static final int FIRST_PASS = 60;
    private static final List<String> VARIANTS = List.of("a", "b", "c");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Map<String, List<RollingMetrics>> published = new TreeMap<>();

    @Test
    void shouldPublishEachFinalValueOnceHoweverOftenItIsKilled() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
            KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
            TopicSetup.ensure(kafka, Topic.shared(2));
            try (KafkaConsumer<String, byte[]> metrics = metrics(kafka)) {
                Process process = start(broker);
                send(kafka, 0, 45);
                awaitWindow(metrics, "c/0/prequential/4000");
                process = restart(process, broker);
                send(kafka, 30, 90); // the trainer was killed as well and repeats what it had measured
                awaitWindow(metrics, "a/0/seen/8000");
                process = restart(process, broker);
                send(kafka, 85, STEPS);
                for (String variant : VARIANTS) {
                    awaitWindow(metrics, variant + "/0/seen/12000");
                }
                process.destroyForcibly().waitFor();
            }
        }
        assertThat(published.keySet()).isEqualTo(expected().keySet());
        expected()
                .forEach((key, values) -> assertThat(published.get(key))
                        .as(key)
                        .singleElement()
                        .extracting(RollingMetrics::all)
                        .isEqualTo(values));
    }

    /** What a straight sum over the steps gives, by key, in the same order of addition. */
    private static Map<String, Values> expected() {
        Map<String, Values> expected = new TreeMap<>();
        for (String variant : VARIANTS) {
            Map<String, Window> windows = new HashMap<>();
            for (int step = 0; step < STEPS; step++) {
                Measurement m = measurement(variant, step);
                long end = (m.tokens() / WINDOW + 1) * WINDOW;
                windows.merge(variant + "/0/" + m.split() + "/" + end, Window.of(0, m), Window::plus);
            }
            long slice = WINDOW / 8;
            Map<Long, Window> slices = new TreeMap<>();
            for (int step = 0; step < FIRST_PASS; step++) {
                Measurement m = measurement(variant, step);
                slices.merge(m.tokens() / slice, Window.of(0, m), Window::plus);
            }
            slices.values().stream()
                    .filter(window -> 5 * window.toTokens() > 4 * FIRST_PASS * Steps.BATCH)
                    .reduce(Window::plus)
                    .ifPresent(window -> windows.put(variant + "/0/summary/" + FIRST_PASS * Steps.BATCH, window));
            windows.forEach((key, window) ->
                    expected.put(key, MetricTable.standard().values(Sums.all(window.statistics(), 2, Steps.LATENTS))));
        }
        return expected;
    }

    private static Measurement measurement(String variant, int step) {
        return Steps.step(variant, "", step < FIRST_PASS ? PREQUENTIAL : SEEN, step, step == STEPS - 1);
    }

    private static void send(KafkaConnection kafka, int from, int to) {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer())) {
            for (int step = from; step < to; step++) {
                for (String variant : VARIANTS) {
                    var unused = producer.send(
                            new ProducerRecord<>(Topic.MEASUREMENTS, variant, Json.write(measurement(variant, step))));
                }
            }
        }
    }

    private static Process restart(Process process, EmbeddedBroker broker) throws Exception {
        process.destroyForcibly().waitFor();
        return start(broker);
    }

    private static Process start(EmbeddedBroker broker) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        classPath(),
                        RollingProcess.class.getName(),
                        broker.bootstrapServers(),
                        Long.toString(WINDOW))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Surefire may put the class path into a jar's manifest and keep the real one here. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path");
        return whole == null ? System.getProperty("java.class.path", "." + File.pathSeparator) : whole;
    }

    private static KafkaConsumer<String, byte[]> metrics(KafkaConnection kafka) {
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer(), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(Topic.METRICS)
                .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private void awaitWindow(KafkaConsumer<String, byte[]> metrics, String key) {
        await().atMost(Duration.ofMinutes(3)).pollInSameThread().until(() -> {
            metrics.poll(Duration.ofMillis(200)).forEach(record -> {
                RollingMetrics value = Json.read(record.value(), RollingMetrics.class);
                if (!value.span().partial()) {
                    published
                            .computeIfAbsent(record.key(), any -> new ArrayList<>())
                            .add(value);
                }
            });
            return published.containsKey(key);
        });
    }
}
