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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three services as processes of their own beside a broker learn what the one process learns, bit for bit. */
class ThreeProcessesIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String TOKENS = "20000";
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
              - id: pca
                dictionary: {kind: pca, fixed: [8], per-token: [8]}
            """;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<ChildRun> runs = new ArrayList<>();

    @AfterEach
    void stop() {
        runs.forEach(ChildRun::close);
    }

    @Test
    void shouldEndWithTheStateOfTheOneProcessAlsoAfterASigtermOfTheTrainer() throws Exception {
        Path variants = Files.writeString(folder.resolve("variants.yaml"), VARIANTS);
        String expected = stateOfTheOneProcess(variants);
        assertThat(expected.lines()).hasSize(4);

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
        ChildRun trainer = trainer(broker, variants);
        URI ofTrainer = address(trainer);
        await().atMost(LIMIT).until(() -> tokens(ofTrainer, "topk") > 0);
        assertThat(status(ofProducer, "/health/ready")).isEqualTo(200);
        trainer.terminate();
        assertThat(trainer.waitFor(SOON)).as(trainer.output()).isZero();

        // Then another one goes on to the same states, and the page says when all is done
        ChildRun evaluator = service("evaluator", broker, "--checkpoints-dir", "checkpoints");
        ChildRun again = trainer(broker, variants);
        URI page = address(evaluator);
        await().atMost(LIMIT).ignoreExceptions().until(() -> isDone(page));
        assertThat(status(ofProducer, "/health/live")).isEqualTo(200);
        for (ChildRun run : List.of(again, evaluator, producer)) {
            run.terminate();
            assertThat(run.waitFor(SOON)).as(run.output()).isZero();
        }
        assertThat(state("checkpoints")).isEqualTo(expected);
    }

    @Test
    void shouldReportEveryConfigurationErrorAtOnceAndLeaveWithTwo() throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
                http: {prot: 80, host: 0.0.0.0}
                trainer: {epochs: 3}
                evaluator: {window-tokens: none}
                """);

        ChildRun evaluator =
                start("evaluator", "--config", file.toString(), "--http-port", "70000", "--chekpoints-dir", "x");

        assertThat(evaluator.waitFor(SOON)).isEqualTo(2);
        assertThat(evaluator.output())
                .contains("the evaluator cannot start: 7 problems of its configuration")
                .contains("option --chekpoints-dir is not known; did you mean --checkpoints-dir?")
                .contains("http.prot is not a key; did you mean http.port?")
                .contains("kafka.bootstrap-servers must be given, host:port")
                .contains("http.port must be a whole number from 0 to 65535, got 70000 (command line)")
                .contains("evaluator.window-tokens must be a whole number of at least 1, got none (file)")
                .contains("checkpoints.dir must be given")
                .contains("http.token-file must be given where http.host is not a loopback address, got 0.0.0.0");
    }

    private String stateOfTheOneProcess(Path variants) {
        ChildRun run = start(
                "--variants",
                variants.toString(),
                "--data-dir",
                "one",
                "--tokens",
                TOKENS,
                "--http-port",
                "0",
                "--kafka-port",
                "0",
                "--exit-when-done");
        run.waitForSuccess(LIMIT);
        return state("one");
    }

    private ChildRun trainer(String broker, Path variants) {
        return service(
                "trainer", broker, "--checkpoints-dir", "checkpoints", "--trainer-variants", variants.toString());
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

    private String state(String place) {
        return start("checkpoint", place).waitForSuccess(SOON).output();
    }

    private static URI address(ChildRun service) {
        return URI.create(await().atMost(SOON)
                .until(() -> service.find("listening on (http://\\S+)"), found -> !found.isEmpty()));
    }

    private double tokens(URI service, String variant) throws IOException, InterruptedException {
        return get(service, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_trainer_tokens_total{") && line.contains("\"" + variant + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
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
