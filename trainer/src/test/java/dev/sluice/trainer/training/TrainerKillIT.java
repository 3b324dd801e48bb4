package dev.sluice.trainer.training;

import static dev.sluice.trainer.training.TrainerHarness.manifest;
import static dev.sluice.trainer.training.TrainerHarness.measurements;
import static dev.sluice.trainer.training.TrainerHarness.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.checkpoint.CheckpointListing;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.stream.Loopback;
import dev.sluice.trainer.stream.PublishedStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults F1: whatever the moment of a kill, the state is that of an undisturbed run, and every step was measured; how often
 * it is killed, says {@code -Dsluice.trainer.kills=N}.
 */
class TrainerKillIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int KILLS = Integer.getInteger("sluice.trainer.kills", 2);
    private static final int STEPS = 400;

    @TempDir
    private Path log;

    @TempDir
    private Path folder;

    @Test
    void shouldEndInTheStateOfAnUndisturbedRunAfterKills() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(log, 0)) {
            KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
            PublishedStream stream = new PublishedStream(kafka, 32, 42).add(6_410, true);
            List<VariantSpec> specs = specs(stream);
            TrainerHarness.publish(kafka, specs.toArray(VariantSpec[]::new));

            // When killed at seeded steps
            Random seeded = new Random(20261124);
            int killed = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                int step = STEPS * (kill - 1) / KILLS + seeded.nextInt(STEPS / KILLS);
                killed += killAt(step, kafka) ? 1 : 0;
            }
            Process survivor = start(kafka, folder.resolve("killed"));
            awaitFinished(kafka, specs);
            survivor.destroyForcibly().waitFor();
            assertThat(killed).isGreaterThanOrEqualTo(KILLS - 1);
            List<String> states = CheckpointListing.of(folder.resolve("killed")).lines();
            Map<String, Map<Long, Measurement>> measured = new TreeMap<>();
            for (VariantSpec spec : specs) {
                measured.put(spec.id(), requireEveryStep(measurements(kafka, spec.id())));
                TrainerHarness.forget(kafka, spec.id());
            }

            // Then
            Process undisturbed = start(kafka, folder.resolve("undisturbed"));
            awaitFinished(kafka, specs);
            undisturbed.destroyForcibly().waitFor();
            assertThat(states)
                    .hasSize(4)
                    .isEqualTo(
                            CheckpointListing.of(folder.resolve("undisturbed")).lines());
            for (VariantSpec spec : specs) {
                assertThat(manifest(kafka, spec.id()).orElseThrow().step()).isEqualTo(STEPS);
                assertThat(requireEveryStep(measurements(kafka, spec.id()))).isEqualTo(measured.get(spec.id()));
            }
        }
    }

    /** The measurements by step; a repeated one must be the same in everything but its time. */
    private static Map<Long, Measurement> requireEveryStep(List<Measurement> measured) {
        Map<Long, Measurement> bySteps = new TreeMap<>();
        for (Measurement measurement : measured) {
            if (measurement.view().isEmpty() || measurement.view().equals("first-4")) {
                Measurement timeless = timeless(measurement);
                Measurement before = bySteps.putIfAbsent(measurement.step(), timeless);
                assertThat(before == null || before.equals(timeless)).isTrue();
            }
        }
        assertThat(bySteps).hasSize(STEPS);
        return bySteps;
    }

    private static Measurement timeless(Measurement m) {
        return new Measurement(m.subject(), m.span(), m.result(), 0);
    }

    private boolean killAt(int step, KafkaConnection kafka) throws IOException, InterruptedException {
        Process process = start(kafka, folder.resolve("killed"));
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> newest(kafka) >= step || !process.isAlive());
        boolean alive = process.isAlive() && !state(kafka, "topk").equals("finished");
        process.destroyForcibly().waitFor();
        return alive;
    }

    private static long newest(KafkaConnection kafka) {
        return measurements(kafka, "topk").stream()
                .mapToLong(Measurement::step)
                .max()
                .orElse(-1);
    }

    private static void awaitFinished(KafkaConnection kafka, List<VariantSpec> specs) {
        await().atMost(LIMIT)
                .until(() ->
                        specs.stream().allMatch(spec -> state(kafka, spec.id()).equals("finished")));
    }

    private Process start(KafkaConnection kafka, Path checkpoints) throws IOException {
        return TrainerProcess.start(kafka, checkpoints, "the-only-one");
    }

    private static List<VariantSpec> specs(PublishedStream stream) {
        return List.of(
                spec("topk", stream, TopK.of(Map.of("latents", 256, "k", 4))),
                spec("standard", stream, Standard.of(Map.of("latents", 256, "l1-coefficient", 1, "l1-warm-up", 0.05))),
                spec("kmeans", stream, new KMeans(64, 0)),
                spec("pca", stream, new Pca(List.of(4), List.of(4))));
    }

    private static VariantSpec spec(String id, PublishedStream stream, DictionarySpec dictionary) {
        return new VariantSpec(
                id,
                stream.spec().id(),
                dictionary,
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate", 2e-3,
                                "batch-tokens", 64,
                                "epochs", 4,
                                "tokens", 25_640,
                                "decay", 0.2,
                                "normalisation", "none",
                                "seed", 7,
                                "checkpoint-tokens", 1_500)),
                "earliest");
    }
}
