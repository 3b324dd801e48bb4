package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.console.PageClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done beside a run that is up. */
class RunningIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int WIDTH = 128;

    @TempDir
    private static Path folder;

    private static ChildRun run;
    private static PageClient page;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("one.yaml"), "{id: one, dictionary: {kind: kmeans, latents: 64}}");
        run = ChildRun.start(
                folder, "--variants", "one.yaml", "--http-port", "0", "--kafka-port", "0", "--tokens", "4000");
        page = new PageClient(run.page());
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @Test
    void shouldRefuseASecondRunOnTheSameDataDir() {
        try (ChildRun second = ChildRun.start(folder, "--http-port", "0", "--kafka-port", "0")) {
            assertThat(second.waitFor(LIMIT)).isEqualTo(1);
            assertThat(second.output()).contains("is in use by another run (process ");
        }
    }

    @Test
    void shouldLetAForeignClientReadARecord() throws Exception {
        assumeThat(hasKcat())
                .as("skipped: kcat is not installed, so no foreign client reads along")
                .isTrue();
        String topic = "sluice." + stream() + ".train";

        byte[] record = read("kcat", "-b", run.broker(), "-t", topic, "-C", "-c", "1", "-o", "beginning", "-D", "");

        long header = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header).isBetween(2L, (long) record.length);
        JsonNode activations = new ObjectMapper()
                .readTree(new String(record, Long.BYTES, (int) header, StandardCharsets.UTF_8))
                .path("activations");
        assertThat(activations.path("dtype").asText()).isEqualTo("F16");
        assertThat(activations.path("shape").get(1).asInt()).isEqualTo(WIDTH);
    }

    @Test
    void shouldLetAForeignClientReadTheMetricsAsJson() throws Exception {
        assumeThat(hasKcat())
                .as("skipped: kcat is not installed, so no foreign client reads along")
                .isTrue();
        await().atMost(LIMIT).ignoreExceptions().until(() -> !stream().isEmpty());

        byte[] metrics = read("kcat", "-b", run.broker(), "-t", "sluice.metrics", "-C", "-c", "1", "-o", "beginning");

        assertThat(new ObjectMapper().readTree(metrics).path("variant").asText())
                .isNotEmpty();
    }

    private static String stream() {
        return await().atMost(LIMIT).ignoreExceptions().until(RunningIT::streamOrEmpty, id -> !id.isEmpty());
    }

    private static String streamOrEmpty() throws Exception {
        JsonNode overview = new ObjectMapper().readTree(page.get("api/v1/overview"));
        return overview.path("streams").path(0).path("id").asText();
    }

    private static byte[] read(String... command) throws Exception {
        Path output = Files.createTempFile(folder, "kcat", ".out");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return Files.readAllBytes(output);
    }

    private static boolean hasKcat() throws InterruptedException {
        try {
            return new ProcessBuilder("kcat", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
