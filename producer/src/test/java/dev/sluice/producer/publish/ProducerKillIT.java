package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Loopback;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills producers at seeded random points and starts them again. A long campaign:
 * {@code -Dsluice.kills=100 -Dsluice.kill.seed=7}.
 */
class ProducerKillIT {
    private static final int KILLS = Integer.getInteger("sluice.kills", 2);
    private static final long SEED = Long.getLong("sluice.kill.seed", 1);
    private static final int RECORDS_PER_TRANSACTION = 2;
    private static final List<String> HOOKS = List.of("blocks.3.hook_resid_post", "blocks.1.hook_mlp_out");

    /** Every fourth kill falls somewhere into the start-up, the others behind it. */
    private static final int START_UP_MILLIS = 6000;

    @TempDir
    Path folder;

    private SampleProducer producer;
    private Path model;

    @BeforeEach
    void start() throws IOException {
        model = BundledSample.unpackModel(folder.resolve("model"));
        producer = new SampleProducer();
    }

    @AfterEach
    void stop() {
        producer.close();
    }

    @Test
    void shouldGiveTheSameLogAsAnUndisturbedRunHoweverOftenItIsKilled() throws Exception {
        // Given
        ProducerSettings settings = ProducerProcess.settings(model, HOOKS).withTokens(ProducerProcess.TOKENS);
        List<List<ByteBuffer>> expected;
        long runMillis;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("undisturbed"), 0)) {
            KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
            long begin = System.nanoTime();
            List<StreamSpec> specs = producer.run(kafka, settings);
            runMillis = (System.nanoTime() - begin) / 1_000_000;
            expected = values(kafka, specs);
        }

        // When: a round ends with the stream, and the next one begins on an empty log
        Random random = new Random(SEED);
        int kills = 0;
        for (int round = 0; kills < KILLS; round++) {
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("killed-" + round), 0)) {
                KafkaConnection kafka = Loopback.connection(broker.bootstrapServers());
                boolean alive = true;
                while (alive && kills < KILLS) {
                    boolean inStartUp = random.nextInt(4) == 0;
                    int delay = random.nextInt(inStartUp ? START_UP_MILLIS : (int) (runMillis / 3));
                    alive = runAndKill(broker, inStartUp, delay);
                    kills += alive ? 1 : 0;
                    System.out.printf(
                            "round %d, %s + %d ms: %s%n",
                            round, inStartUp ? "start" : "streams known", delay, alive ? "kill " + kills : "had ended");
                }

                // Then
                List<StreamSpec> specs = producer.run(kafka, settings);
                assertThat(values(kafka, specs)).isEqualTo(expected);
                for (StreamSpec spec : specs) {
                    CommittedLog log = new CommittedLog(kafka, spec);
                    assertThat(log.progress().complete()).isTrue();
                    assertThat(CommittedLog.rowsWithoutGap(log.train()))
                            .isEqualTo(log.progress().rows());
                }
            }
        }
    }

    /** False if the process had ended before it could be killed. */
    private boolean runAndKill(EmbeddedBroker broker, boolean inStartUp, int delayMillis) throws Exception {
        Path output = Files.createTempFile(folder, "process", ".log");
        Process process =
                ProducerProcess.start(broker.bootstrapServers(), model, RECORDS_PER_TRANSACTION, HOOKS, output);
        if (!inStartUp) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !process.isAlive() || Files.readString(output).contains(ProducerProcess.KNOWN));
        }
        boolean ended = process.waitFor(delayMillis, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        assertThat(Files.readString(output)).doesNotContain("failed");
        return !ended;
    }

    private static List<List<ByteBuffer>> values(KafkaConnection kafka, List<StreamSpec> specs) {
        return specs.stream()
                .flatMap(spec -> new CommittedLog(kafka, spec).values().stream())
                .toList();
    }
}
