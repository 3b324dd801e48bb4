package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three images, unpacked from their tars and started as a container engine would. Only with the profile
 * {@code images}, which builds them.
 */
class ImagesIT {
    private static final List<String> SERVICES = List.of("producer", "trainer", "evaluator");
    private static final Map<String, String> METRICS = Map.of(
            "producer", "producer_tokens_total", "trainer", "trainer_tokens_total", "evaluator", "eval_window_tokens");
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String TOKEN = "a-token-of-the-images-test";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path images;

    private static final Map<String, UnpackedImage> UNPACKED = new TreeMap<>();

    @TempDir
    private Path data;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        String folder = System.getProperty("sluice.images");
        assumeTrue(folder != null, "the profile images is off: no images are built");
        assumeTrue("root".equals(System.getProperty("user.name")), "not root: images cannot be started by chroot");
        for (String service : SERVICES) {
            Path target = Files.createDirectories(images.resolve(service));
            UNPACKED.put(service, UnpackedImage.of(Path.of(folder, service + ".tar"), target));
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldNotRunAsRootAndKnowTorchInside() {
        assertThat(UNPACKED.values()).hasSize(SERVICES.size()).allSatisfy(image -> {
            assertThat(image.user()).isEqualTo("65532:65532");
            assertThat(image.environment())
                    .containsEntry("PYTORCH_FLAVOR", "cpu")
                    .containsEntry("MKL_DYNAMIC", "false")
                    .containsEntry("DJL_OFFLINE", "true");
        });
    }

    @Test
    void shouldReportItsConfigurationErrorsAndLeaveWithTwo() throws IOException, InterruptedException {
        for (String service : SERVICES) {
            Process process = start(service, Map.of("SLUICE_HTTP_PORT", "many"), Map.of());

            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output(service)).isEqualTo(2);
            assertThat(output(service)).contains("kafka.bootstrap-servers must be given", "http.port must be");
        }
    }

    @Test
    void shouldTrainAndScoreBesideABroker() throws IOException, InterruptedException {
        Path checkpoints = writable("checkpoints");
        Path config = Files.createDirectories(data.resolve("config"));
        Files.writeString(config.resolve("token"), TOKEN);
        Files.writeString(
                config.resolve("variants.yaml"), "variants:\n  - {id: pca, dictionary: {kind: pca, fixed: [8]}}\n");
        int kafka = freePort();
        Map<String, Integer> ports = Map.of("producer", freePort(), "trainer", freePort(), "evaluator", freePort());
        try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"), kafka)) {
            assertThat(broker).isNotNull();
            for (String service : SERVICES) {
                Map<String, String> settings = settings(kafka, ports.getOrDefault(service, 0));
                start(service, settings, Map.of("/var/lib/sluice/checkpoints", checkpoints, "/etc/sluice", config));
            }
            ports.forEach((service, port) -> await().atMost(LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(status(port, "/health/started"))
                            .as(output(service))
                            .isEqualTo(200)));
            await().atMost(LIMIT).ignoreExceptions().until(() -> isDone(ports.getOrDefault("evaluator", 0)));
            ports.forEach(
                    (service, port) -> assertThat(body(port, "/metrics")).contains("sluice_" + METRICS.get(service)));
        }
    }

    private static Map<String, String> settings(int kafka, int port) {
        Map<String, String> settings = new HashMap<>();
        settings.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + kafka);
        settings.put("SLUICE_TOPICS_PARTITIONS", "2");
        settings.put("SLUICE_HTTP_PORT", Integer.toString(port));
        settings.put("SLUICE_HTTP_TOKEN_FILE", "/etc/sluice/token");
        settings.put("SLUICE_CHECKPOINTS_DIR", "/var/lib/sluice/checkpoints");
        settings.put("SLUICE_PRODUCER_TOKENS", "4000");
        settings.put("SLUICE_TRAINER_VARIANTS", "/etc/sluice/variants.yaml");
        settings.put("SLUICE_TRAINER_EPOCHS", "1");
        return settings;
    }

    private boolean isDone(int port) throws IOException {
        JsonNode variants = JSON.readTree(body(port, "/api/v1/overview"));
        return variants.toString().contains("\"done\":true");
    }

    private Process start(String service, Map<String, String> settings, Map<String, Path> mounts) throws IOException {
        UnpackedImage image = Objects.requireNonNull(UNPACKED.get(service), service);
        Process process = image.start(settings, mounts)
                .redirectErrorStream(true)
                .redirectOutput(log(service).toFile())
                .start();
        processes.add(process);
        return process;
    }

    private Path log(String service) {
        return data.resolve(service + ".log");
    }

    private String output(String service) throws IOException {
        return Files.readString(log(service), StandardCharsets.UTF_8);
    }

    /** For the image's user, as a volume with its group would be. */
    private Path writable(String name) throws IOException {
        Path folder = Files.createDirectories(data.resolve(name));
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private int status(int port, String path) throws IOException, InterruptedException {
        return http.send(request(port, path), BodyHandlers.discarding()).statusCode();
    }

    private String body(int port, String path) {
        return http.sendAsync(request(port, path), BodyHandlers.ofString())
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join()
                .body();
    }

    private static HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
