package dev.sluice.trainer.training;

import static dev.sluice.trainer.training.TrainerHarness.manifest;
import static dev.sluice.trainer.training.TrainerHarness.measurements;
import static dev.sluice.trainer.training.TrainerHarness.topK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.stream.Loopback;
import dev.sluice.trainer.stream.PublishedStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults F1 and F17 with two trainers: variants move, their states are those of one trainer alone. */
class TwoTrainersIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int VARIANTS = 8;

    @TempDir
    private Path log;

    @TempDir
    private Path checkpoints;

    private static final List<String> IDS =
            IntStream.range(0, VARIANTS).mapToObj(i -> "variant-" + i).toList();

    private final List<Process> others = new ArrayList<>();
    private EmbeddedBroker broker;
    private KafkaConnection kafka;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(log, 0);
        kafka = Loopback.connection(broker.bootstrapServers());
    }

    @AfterEach
    void stopBroker() {
        others.forEach(Process::destroyForcibly);
        broker.close();
    }

    @Test
    void shouldTakeOverTheVariantsOfATrainerThatIsKilledOrFrozen() throws Exception {
        // Given
        PublishedStream stream = new PublishedStream(kafka, 16, 51).add(500, false);
        TrainerHarness.publish(
                kafka, IDS.stream().map(id -> topK(id, stream, 64, 2, 200)).toArray(VariantSpec[]::new));
        Map<String, String> hashes;
        try (TrainerHarness survivor = new TrainerHarness(kafka, checkpoints)) {
            await().atMost(LIMIT).until(() -> owned(survivor) == VARIANTS);

            // When killed
            Process killed = share(survivor);
            stream.add(500, false);
            awaitTokens(896);
            killed.destroyForcibly().waitFor();
            await().atMost(LIMIT).until(() -> owned(survivor) == VARIANTS);

            // When frozen
            Process frozen = share(survivor);
            stream.add(300, false);
            awaitTokens(1216);
            signal("STOP", frozen);
            await().atMost(LIMIT).until(() -> owned(survivor) == VARIANTS);
            stream.add(200, true);
            awaitFinished();
            hashes = hashes();
            Set<List<Object>> measured = measured();
            signal("CONT", frozen);

            // Then
            await().during(Duration.ofSeconds(5))
                    .atMost(LIMIT)
                    .until(() -> measured().equals(measured));
            assertThat(hashes()).isEqualTo(hashes);
            assertThat(frozen.isAlive()).isTrue();
            frozen.destroyForcibly().waitFor();
        }
        IDS.forEach(id -> TrainerHarness.forget(kafka, id));
        try (TrainerHarness alone = new TrainerHarness(kafka, checkpoints.resolve("elsewhere"))) {
            awaitFinished();
            assertThat(owned(alone)).isEqualTo(VARIANTS);
        }
        assertThat(hashes()).isEqualTo(hashes);
    }

    /** Starts another trainer and returns when it has some of the variants. */
    private Process share(TrainerHarness survivor) throws IOException {
        Process other = TrainerProcess.start(kafka, checkpoints);
        others.add(other);
        await().atMost(LIMIT).until(() -> owned(survivor) < VARIANTS);
        return other;
    }

    private long owned(TrainerHarness trainer) {
        return IDS.stream().filter(trainer::owns).count();
    }

    /** Whoever has them, all variants have measured so many tokens. */
    private void awaitTokens(long tokens) {
        await().atMost(LIMIT)
                .until(() -> IDS.stream()
                        .allMatch(id -> measurements(kafka, id).stream()
                                .anyMatch(each -> each.tokens() + each.batchTokens() >= tokens)));
    }

    private void awaitFinished() {
        await().atMost(LIMIT)
                .until(() -> IDS.stream()
                        .allMatch(id -> manifest(kafka, id)
                                .filter(CheckpointManifest::last)
                                .isPresent()));
    }

    private Map<String, String> hashes() {
        Map<String, String> hashes = new TreeMap<>();
        IDS.forEach(id -> hashes.put(id, manifest(kafka, id).orElseThrow().sha256()));
        return hashes;
    }

    /** What is measured of each step; a trainer that was frozen while it sent may send that again when it wakes up. */
    private Set<List<Object>> measured() {
        Set<List<Object>> measured = new HashSet<>();
        IDS.forEach(id -> measurements(kafka, id)
                .forEach(each -> measured.add(List.of(id, each.generation(), each.step(), each.losses()))));
        return measured;
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        int rc = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(rc).isZero();
    }
}
