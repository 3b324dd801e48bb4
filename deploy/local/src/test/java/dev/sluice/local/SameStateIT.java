package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.local.console.PageClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was learned is a function of the command alone: run twice, and stopped and killed in the middle; how often, says
 * {@code -Dsluice.process.kills=N}.
 */
class SameStateIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int KILLS = Integer.getInteger("sluice.process.kills", 1);
    private static final long SEED = 20_261_124;
    private static final String VARIANTS = """
            variants:
              - id: topk
                dictionary: {kind: topk, latents: 256, k: 8}
                training: {batch-tokens: 512, checkpoint-tokens: 4096}
              - id: l1
                dictionary: {kind: standard, latents: 256, l1-coefficient: 2}
                training: {batch-tokens: 1000, checkpoint-tokens: 5000}
              - id: kmeans
                dictionary: {kind: kmeans, latents: 64}
                training: {batch-tokens: 1024, checkpoint-tokens: 4096}
              - id: pca
                dictionary: {kind: pca, fixed: [8], per-token: [8]}
                training: {checkpoint-tokens: 8192}
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldEndWithTheSameStateHoweverOftenItIsRunStoppedOrKilled() throws Exception {
        Path variants = Files.writeString(folder.resolve("variants.yaml"), VARIANTS);
        String undisturbed = stateAfter(run(variants, "first").waitForSuccess(LIMIT), "first");

        assertThat(undisturbed.lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).matches("(topk|l1|kmeans|pca) \\d+ [0-9a-f]{64}"));
        assertThat(stateAfter(run(variants, "second").waitForSuccess(LIMIT), "second"))
                .isEqualTo(undisturbed);

        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            String dataDir = "killed-" + kill;
            stopAndKill(variants, dataDir, random);
            assertThat(stateAfter(run(variants, dataDir).waitForSuccess(LIMIT), dataDir))
                    .as("kill %d", kill)
                    .isEqualTo(undisturbed);
        }
    }

    private void stopAndKill(Path variants, String dataDir, Random random) {
        try (ChildRun stopped = run(variants, dataDir)) {
            letItWork(stopped, random);
            stopped.terminate();
            assertThat(stopped.waitFor(LIMIT)).isEqualTo(143);
            assertThat(stopped.output()).contains("Stopped. The same command goes on from here.");
        }
        try (ChildRun killed = run(variants, dataDir)) {
            letItWork(killed, random);
            killed.kill();
        }
    }

    /** Until it has trained a variant on so many tokens more, of the 40,000 that it is to see. */
    private static void letItWork(ChildRun run, Random random) {
        PageClient page = new PageClient(run.page());
        int tokens = 1 + random.nextInt(16_000);
        await().atMost(LIMIT).ignoreExceptions().until(() -> trained(page) >= tokens);
    }

    private static double trained(PageClient page) throws IOException, InterruptedException {
        return new String(page.get("metrics"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("sluice_trainer_tokens_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .max()
                .orElse(0);
    }

    private ChildRun run(Path variants, String dataDir) {
        return ChildRun.start(
                folder,
                "--variants",
                variants.toString(),
                "--data-dir",
                dataDir,
                "--tokens",
                "20000",
                "--epochs",
                "2",
                "--http-port",
                "0",
                "--kafka-port",
                "0",
                "--exit-when-done");
    }

    private String stateAfter(ChildRun run, String dataDir) {
        run.close();
        try (ChildRun checkpoint = ChildRun.start(folder, "checkpoint", dataDir).waitForSuccess(LIMIT)) {
            return checkpoint.output();
        }
    }
}
