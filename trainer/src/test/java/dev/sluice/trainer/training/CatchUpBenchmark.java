package dev.sluice.trainer.training;

import static dev.sluice.trainer.training.TrainerHarness.state;
import static dev.sluice.trainer.training.TrainerHarness.status;
import static org.awaitility.Awaitility.await;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.stream.PublishedStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How fast a late variant catches up beside a live cohort of equal ones that compute all the time.
 *
 * <pre>mvn -B -Pbench -pl trainer -am test -DskipTests -Dbench=dev.sluice.trainer.training.CatchUpBenchmark</pre>
 */
final class CatchUpBenchmark {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int MEMBERS = 4;
    private static final int ROWS = 65_536;
    private static final int PASSES = 40;
    private static final int BATCH = 1024;
    private static final double NANOS_PER_SECOND = 1e9;

    private CatchUpBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("sluice-catch-up");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("log"), 0)) {
            KafkaConnection kafka = new KafkaConnection(broker.bootstrapServers());
            PublishedStream stream = new PublishedStream(kafka, 128, 1).add(ROWS, true);
            TrainerHarness.publish(
                    kafka,
                    IntStream.range(0, MEMBERS)
                            .mapToObj(i -> spec("live-" + i, stream))
                            .toArray(VariantSpec[]::new));
            try (TrainerHarness trainer = new TrainerHarness(kafka, folder.resolve("checkpoints"))) {
                await().atMost(LIMIT).until(() -> tokens(kafka, "live-0") > 8L * ROWS);
                TrainerHarness.publish(kafka, spec("late", stream));
                await().atMost(LIMIT).until(() -> tokens(kafka, "late") > 0);
                measure(kafka);
                System.exit(trainer.owns("late") ? 0 : 1); // nobody waits for the rest of the passes
            }
        }
    }

    private static void measure(KafkaConnection kafka) {
        long begin = System.nanoTime();
        long late = tokens(kafka, "late");
        long live = tokens(kafka, "live-0");
        await().atMost(LIMIT).until(() -> !state(kafka, "late").equals("catching-up"));
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        System.out.printf(
                Locale.ROOT,
                "%d live variants: %.0f tokens/s each; a late one: %.0f tokens/s; %d tokens behind, joined after %.1f s%n",
                MEMBERS,
                (tokens(kafka, "live-0") - live) / seconds,
                (tokens(kafka, "late") - late) / seconds,
                live - late,
                seconds);
    }

    private static long tokens(KafkaConnection kafka, String variant) {
        return status(kafka, variant).map(VariantStatus::tokens).orElse(0L);
    }

    private static VariantSpec spec(String id, PublishedStream stream) {
        long tokens = (long) ROWS * PASSES;
        return new VariantSpec(
                id,
                stream.spec().id(),
                TopK.of(Map.of()),
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate",
                                2e-3,
                                "batch-tokens",
                                BATCH,
                                "epochs",
                                PASSES,
                                "tokens",
                                tokens,
                                "decay",
                                0.2,
                                "seed",
                                7,
                                "checkpoint-tokens",
                                tokens / 64)),
                "earliest");
    }
}
