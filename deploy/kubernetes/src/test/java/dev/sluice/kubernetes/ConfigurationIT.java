package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.BearerToken;
import dev.sluice.trainer.spec.VariantDefaults;
import dev.sluice.trainer.spec.VariantFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the manifests configure what the services read, where they read it. */
class ConfigurationIT {
    private static final Set<String> SERVICES = Set.of("producer", "trainer", "evaluator");
    private static final StreamSpec PYTHIA_70M = new StreamSpec(
            new RowOrder(
                    new RowOrder.Documents("pile", "1", 5, ""),
                    new RowOrder.Cut(128, 0, false),
                    RowOrder.Mixing.ofRows(1024, 0),
                    0),
            new RowValues("pythia", "1", null, "blocks.3.hook_mlp_out", 512, "F16"));

    static Stream<Workload> services() {
        return PodSecurityIT.workloads().filter(workload -> SERVICES.contains(workload.component()));
    }

    @BeforeAll
    static void needsKubectl() {
        Kustomize.assumeInstalled();
    }

    @ParameterizedTest
    @MethodSource("services")
    void shouldSetNoKeyThatTheServiceDoesNotKnow(Workload workload) {
        String service = workload.component();
        List<String> keys = workload.configuration().properties().stream()
                .map(Map.Entry::getKey)
                .toList();
        Stream<String> variables = workload.environment().keySet().stream().filter(name -> name.startsWith("SLUICE_"));

        assertThat(keys).isNotEmpty().isSubsetOf(ConfigurationKeys.of(service));
        assertThat(variables).isNotEmpty().isSubsetOf(ConfigurationKeys.variables(service));
    }

    @ParameterizedTest
    @MethodSource("services")
    void shouldMountEveryPathThatTheConfigurationNames(Workload workload) {
        List<String> mounts = workload.mountPaths();
        Stream<String> paths = workload.configuration().properties().stream()
                .map(entry -> entry.getValue().asText())
                .filter(value -> value.startsWith("/"));

        assertThat(paths)
                .isNotEmpty()
                .allSatisfy(path -> assertThat(mounts).anyMatch(mount -> (path + "/").startsWith(mount + "/")));
    }

    @ParameterizedTest
    @MethodSource("services")
    void shouldProbeTheThreePathsOnThePortThatTheServiceBinds(Workload workload) {
        JsonNode container = workload.container();
        JsonNode port = container.at("/ports/0");

        assertThat(port.path("name").asText()).isEqualTo("http");
        assertThat(port.path("containerPort").asInt())
                .isEqualTo(workload.configuration().path("http.port").asInt());
        assertThat(workload.configuration().path("http.host").asText()).isEqualTo("0.0.0.0");
        Map.of("startupProbe", "/health/started", "livenessProbe", "/health/live", "readinessProbe", "/health/ready")
                .forEach((probe, path) -> {
                    JsonNode get = container.path(probe).path("httpGet");
                    assertThat(get.path("path").asText()).isEqualTo(path);
                    assertThat(get.path("port").asText()).isEqualTo("http");
                });
    }

    @ParameterizedTest
    @MethodSource("services")
    void shouldLeaveTheServiceItsTimeToStop(Workload workload) {
        String grace = workload.configuration().path("stop.grace").asText();
        Duration stop = Duration.parse("PT" + grace.toUpperCase(Locale.ROOT));
        Duration pod = Duration.ofSeconds(
                workload.pod().path("terminationGracePeriodSeconds").asInt());

        assertThat(pod).isGreaterThan(stop.plusSeconds(20));
    }

    @ParameterizedTest
    @MethodSource("services")
    void shouldAskForVariantsThatTheTrainerReads(Workload workload) {
        VariantFile reader = new VariantFile(new VariantDefaults(List.of(PYTHIA_70M), 5, 5_000_000));
        String folder = workload.configuration().path("trainer.variants").asText("/none");

        workload.files().forEach((path, text) -> {
            if (path.startsWith(folder + "/")) {
                assertThat(reader.parse(path, text)).isNotEmpty();
            }
        });
    }

    @Test
    void shouldReplayVariantsUnderTheNamesOfTheirFiles() {
        Map<String, String> files =
                Workload.of(Kustomize.render("components/replay")).get(0).files();

        assertThat(files)
                .isNotEmpty()
                .allSatisfy((path, text) -> assertThat(
                                Manifest.read(text).path("id").asText() + ".json")
                        .isEqualTo(Path.of(path).getFileName().toString()));
    }

    @Test
    void shouldHaveATokenInTheOverlayForDevelopmentThatTheServicesTake(@TempDir Path secrets) throws IOException {
        Manifest secret = Kustomize.render("overlays/dev").stream()
                .filter(manifest -> manifest.isCalled("Secret", "sluice-http"))
                .findFirst()
                .orElseThrow();
        byte[] token = Base64.getDecoder()
                .decode(secret.tree().path("data").path("token").asText());

        Path file = Files.write(secrets.resolve("token"), token);

        assertThatCode(() -> BearerToken.read(file)).doesNotThrowAnyException();
    }

    @Test
    void shouldReadTheClientsSecretsFromMountedFiles(@TempDir Path secrets) throws IOException {
        Files.writeString(secrets.resolve("ca.crt"), "the cluster's certificate");
        Files.writeString(secrets.resolve("user.crt"), "the user's certificate");
        Files.writeString(secrets.resolve("user.key"), "the user's key");
        Workload producer = services().findFirst().orElseThrow();
        String text = producer.files().getOrDefault("/etc/sluice/kafka/client.properties", "");

        ProducerConfig config =
                new ProducerConfig(properties(text.replaceAll("/etc/sluice/kafka-\\w+", secrets.toString())));

        assertThat(producer.mountPaths()).contains("/etc/sluice/kafka-cluster", "/etc/sluice/kafka-user");
        assertThat(config.getPassword("ssl.truststore.certificates").value()).isEqualTo("the cluster's certificate");
        assertThat(config.getPassword("ssl.keystore.certificate.chain").value()).isEqualTo("the user's certificate");
        assertThat(config.getPassword("ssl.keystore.key").value()).isEqualTo("the user's key");
    }

    private static Properties properties(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        properties.put("bootstrap.servers", "sluice-kafka-bootstrap:9093");
        properties.put("key.serializer", ByteArraySerializer.class);
        properties.put("value.serializer", ByteArraySerializer.class);
        return properties;
    }
}
