package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was learned is a function of the command alone, bit for bit: run twice, stopped and killed in the middle, and by
 * the three services as processes of their own. How often it is killed, says {@code -Dsluice.process.kills=N}.
 */
class SameStateIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int KILLS = Integer.getInteger("sluice.process.kills", 1);
    private static final long SEED = 20_261_124;
    private static final String TOKENS = "10000";
    private static final String EPOCHS = "2";

    /** Every run trains a variant on 20,000 tokens, so that two parts of this size end before the last. */
    private static final int MOST_TOKENS_OF_A_PART = 8_000;

    private static final String VARIANTS = """
            variants:
              - id: topk
                dictionary: {kind: topk, latents: 256, k: 8}
                training: {batch-tokens: 512, checkpoint-tokens: 2048}
              - id: l1
                dictionary: {kind: standard, latents: 256, l1-coefficient: 2}
                training: {batch-tokens: 1000, checkpoint-tokens: 3000}
              - id: kmeans
                dictionary: {kind: kmeans, latents: 64}
                training: {batch-tokens: 1024, checkpoint-tokens: 2048}
              - id: pca
                dictionary: {kind: pca, fixed: [8], per-token: [8]}
                training: {checkpoint-tokens: 4096}
            """;

    @TempDir
    private static Path folder;

    private static String variants;
    private static String undisturbed;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<ChildRun> runs = new ArrayList<>();

    @BeforeAll
    static void runUndisturbed() throws IOException {
        variants = Files.writeString(folder.resolve("variants.yaml"), VARIANTS).toString();
        undisturbed = stateAtTheEnd("first");
        assertThat(undisturbed.lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).matches("(topk|l1|kmeans|pca) \\d+ [0-9a-f]{64}"));
    }

    @AfterEach
    void stop() {
        runs.forEach(ChildRun::close);
    }

    @Test
    void shouldEndWithTheSameStateWhenRunAgain() {
        assertThat(stateAtTheEnd("second")).isEqualTo(undisturbed);
    }

    @Test
    void shouldEndWithTheSameStateHoweverOftenItIsStoppedOrKilled() {
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            String dataDir = "killed-" + kill;
            stopAndKill(dataDir, random);
            assertThat(stateAtTheEnd(dataDir)).as("kill %d", kill).isEqualTo(undisturbed);
        }
    }

    /** These stay when all is done: they are to be stopped and killed, however late that comes. */
    private void stopAndKill(String dataDir, Random random) {
        try (ChildRun stopped = run(dataDir)) {
            letItWork(stopped.page(), random);
            stopped.terminate();
            assertThat(stopped.waitFor(LIMIT)).isEqualTo(143);
            assertThat(stopped.output()).contains("Stopped. The same command goes on from here.");
        }
        try (ChildRun killed = run(dataDir)) {
            letItWork(killed.page(), random);
            killed.kill();
        }
    }

    /** Until it has trained a variant on so many tokens more, or is done. */
    private void letItWork(URI page, Random random) {
        int tokens = 1 + random.nextInt(MOST_TOKENS_OF_A_PART);
        await().atMost(LIMIT).ignoreExceptions().until(() -> trained(page) >= tokens || isDone(page));
    }

    @Test
    void shouldEndWithTheSameStateInThreeProcessesAlsoAfterASigtermOfTheTrainer() throws Exception {
        // Given services that find no broker yet
        String broker = "127.0.0.1:" + freePort();
        ChildRun producer = service("producer", broker, "--producer-tokens", TOKENS, "--producer-work-dir", "work");
        URI ofProducer = address(producer);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(producer.output()).contains("waiting for Kafka at " + broker));
        assertThat(status(ofProducer, "/health/live")).isEqualTo(200);
        assertThat(status(ofProducer, "/health/ready")).isEqualTo(503);
        assertThat(get(ofProducer, "/health/started").body()).contains("it waits for Kafka at " + broker);

        // When it comes, and the trainer is told to stop in the middle
        start("broker", "--data-dir", "broker", "--kafka-port", broker.substring(broker.indexOf(':') + 1));
        ChildRun trainer = trainer(broker);
        URI ofTrainer = address(trainer);
        await().atMost(LIMIT).until(() -> trained(ofTrainer) > 0);
        assertThat(status(ofProducer, "/health/ready")).isEqualTo(200);
        trainer.terminate();
        assertThat(trainer.waitFor(SOON)).as(trainer.output()).isZero();

        // Then another one goes on to the same states, and the page says when all is done
        ChildRun evaluator = service("evaluator", broker, "--checkpoints-dir", "checkpoints");
        ChildRun again = trainer(broker);
        URI page = address(evaluator);
        await().atMost(LIMIT).ignoreExceptions().until(() -> isDone(page));
        assertThat(status(ofProducer, "/health/live")).isEqualTo(200);
        for (ChildRun run : List.of(again, evaluator, producer)) {
            run.terminate();
        }
        for (ChildRun run : List.of(again, evaluator, producer)) {
            assertThat(run.waitFor(SOON)).as(run.output()).isZero();
        }
        assertThat(state("checkpoints")).isEqualTo(undisturbed);
    }

    private ChildRun trainer(String broker) {
        return service(
                "trainer",
                broker,
                "--checkpoints-dir",
                "checkpoints",
                "--trainer-variants",
                variants,
                "--trainer-epochs",
                EPOCHS);
    }

    private ChildRun service(String name, String broker, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of(name, "--kafka-bootstrap-servers", broker, "--http-port", "0", "--topics-partitions", "8"));
        arguments.addAll(List.of(options));
        return start(arguments.toArray(String[]::new));
    }

    private ChildRun start(String... arguments) {
        ChildRun run = ChildRun.start(folder, arguments);
        runs.add(run);
        return run;
    }

    private static String stateAtTheEnd(String dataDir) {
        try (ChildRun run = run(dataDir, "--exit-when-done")) {
            run.waitForSuccess(LIMIT);
        }
        return state(dataDir);
    }

    private static ChildRun run(String dataDir, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--variants", variants, "--data-dir", dataDir));
        arguments.addAll(List.of("--tokens", TOKENS, "--epochs", EPOCHS, "--http-port", "0", "--kafka-port", "0"));
        arguments.addAll(List.of(options));
        return ChildRun.start(folder, arguments.toArray(String[]::new));
    }

    private static String state(String place) {
        try (ChildRun checkpoint = ChildRun.start(folder, "checkpoint", place).waitForSuccess(SOON)) {
            return checkpoint.output();
        }
    }

    private static URI address(ChildRun service) {
        return URI.create(await().atMost(SOON)
                .until(() -> service.find("listening on (http://\\S+)"), found -> !found.isEmpty()));
    }

    /** Tokens that a process has trained its furthest variant on. */
    private double trained(URI process) throws IOException, InterruptedException {
        return get(process, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_trainer_tokens_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .max()
                .orElse(0);
    }

    private boolean isDone(URI page) throws IOException, InterruptedException {
        JsonNode overview =
                new ObjectMapper().readTree(get(page, "/api/v1/overview").body());
        return overview.path("progress").path("done").asBoolean();
    }

    private int status(URI service, String path) throws IOException, InterruptedException {
        return get(service, path).statusCode();
    }

    private HttpResponse<String> get(URI service, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(service.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("there is no free port", e);
        }
    }
}
