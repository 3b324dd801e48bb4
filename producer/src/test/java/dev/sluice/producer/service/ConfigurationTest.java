package dev.sluice.producer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final Key<Long> ROWS = Key.of("trainer.rows", ValueType.whole(1, 100), "10", "Rows.");
    private static final Key<List<String>> NAMES = Key.optional("trainer.names", ValueType.LIST, "Names.");
    private static final Schema SCHEMA =
            new Schema("trainer", "Trains.", List.of(ROWS, NAMES), List.of(ServiceConfiguration.TOKEN_BEYOND_LOOPBACK));

    @TempDir
    private Path folder;

    private final Map<String, String> environment =
            new HashMap<>(Map.of("MKL_DYNAMIC", "false", "OMP_DYNAMIC", "FALSE", "PATH", "/bin"));

    @Test
    void shouldHaveItsDefaultsWhereNothingIsSaid() {
        ServiceConfiguration common = ServiceConfiguration.of(read("--kafka-bootstrap-servers", "a:1,b:2"));

        assertThat(common)
                .isEqualTo(new ServiceConfiguration(
                        new KafkaConnection("a:1,b:2"),
                        64,
                        "127.0.0.1",
                        8080,
                        Optional.empty(),
                        Duration.ofSeconds(30)));
    }

    @Test
    void shouldMapEveryCommonKey() throws IOException {
        Path client = Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");
        Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef");

        ServiceConfiguration common = ServiceConfiguration.of(read(
                "--kafka-bootstrap-servers=a:1",
                "--kafka-properties=" + client,
                "--topics-create=false",
                "--topics-partitions=3",
                "--http-host=0.0.0.0",
                "--http-port=0",
                "--http-token-file=" + token,
                "--stop-grace=2m"));

        assertThat(common.kafka()).isEqualTo(new KafkaConnection("a:1", Map.of("security.protocol", "SSL"), false));
        assertThat(common.partitions()).isEqualTo(3);
        assertThat(common.host()).isEqualTo("0.0.0.0");
        assertThat(common.port()).isZero();
        assertThat(common.token()).isPresent();
        assertThat(common.grace()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void shouldPreferTheCommandLineToTheEnvironmentAndThatToTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
                kafka.bootstrap-servers: file:1
                http: {port: 1, host: localhost}
                trainer: {rows: 1, names: [a, b]}
                """);
        environment.put("SLUICE_CONFIG", file.toString());
        environment.put("SLUICE_HTTP_PORT", "2");
        environment.put("SLUICE_TRAINER_ROWS", "2");

        Configuration values = read("--trainer-rows", "3");

        assertThat(values.get(ROWS)).isEqualTo(3);
        assertThat(values.get(ServiceConfiguration.PORT)).isEqualTo(2);
        assertThat(values.get(ServiceConfiguration.HOST)).isEqualTo("localhost");
        assertThat(values.find(NAMES)).contains(List.of("a", "b"));
        assertThat(values.lines())
                .contains(
                        "trainer.rows = 3 (command line)",
                        "http.port = 2 (environment)",
                        "http.host = localhost (file)",
                        "topics.partitions = 64 (default)");
    }

    @Test
    void shouldReadPropertiesToo() throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.properties"), """
                kafka.bootstrap-servers = file:1
                trainer.rows = 7
                """);

        assertThat(read("--config", file.toString()).get(ROWS)).isEqualTo(7);
    }

    @Test
    void shouldReportEveryProblemOfEveryPlaceAtOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
                trainer: {row: 1, names: "a,,b"}
                stop: {grace: soon}
                """);
        environment.remove("MKL_DYNAMIC");
        environment.put("SLUICE_HTTP_PROT", "80");
        environment.put("SLUICE_TOPICS_CREATE", "yes");

        ConfigurationException problem = catchThrowableOfType(
                ConfigurationException.class,
                () -> read("--config", file.toString(), "--trainer-rows", "101", "--http-hots", "x", "--http-port"));

        assertThat(problem.problems())
                .anySatisfy(line -> assertThat(line).contains("--http-port"))
                .contains(
                        "option --http-hots is not known; did you mean --http-host?",
                        "environment variable SLUICE_HTTP_PROT is not known; did you mean SLUICE_HTTP_PORT?",
                        file + ": trainer.row is not a key; did you mean trainer.rows?",
                        "kafka.bootstrap-servers must be given, host:port, several separated by commas: as"
                                + " --kafka-bootstrap-servers, SLUICE_KAFKA_BOOTSTRAP_SERVERS or in the file of"
                                + " --config",
                        "topics.create must be true or false, got yes (environment)",
                        "stop.grace must be a time like 500ms, 30s or 2m, not 0, got soon (file)",
                        "trainer.rows must be a whole number from 1 to 100, got 101 (command line)",
                        "trainer.names must be entries between commas, each once, got a,,b (file)",
                        "environment variable MKL_DYNAMIC must be false, got nothing: else a restart may give other"
                                + " bits")
                .hasSize(10);
    }

    @Test
    void shouldPassOverWhatIsMeantForOthers() throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
                kafka.bootstrap-servers: file:1
                producer: {seed: 3}
                checkpoints.dir: /checkpoints
                """);
        environment.put("SLUICE_PRODUCER_SEED", "4");
        environment.put("SLUICE_JAVA_OPTS", "-Xmx1g");
        environment.put("SLUICE_PAGE_SERVICE_HOST", "10.0.0.1");
        environment.put("SLUICE_PAGE_PORT", "tcp://10.0.0.1:80");
        environment.put("SLUICE_PAGE_PORT_80_TCP_ADDR", "10.0.0.1");

        assertThat(read("--config", file.toString()).get(ROWS)).isEqualTo(10);
        assertThatThrownBy(() -> read("--config", file.toString(), "--producer-seed", "3"))
                .hasMessageContaining("option --producer-seed is not known");
    }

    @Test
    void shouldAskForATokenBeyondLoopback() {
        assertThatThrownBy(() -> read("--kafka-bootstrap-servers", "a:1", "--http-host", "0.0.0.0"))
                .hasMessage("http.token-file must be given where http.host is not a loopback address, got 0.0.0.0");
        assertThat(read("--kafka-bootstrap-servers", "a:1", "--http-host", "127.0.0.2")
                        .get(ServiceConfiguration.HOST))
                .isEqualTo("127.0.0.2");
    }

    @Test
    void shouldShowWhatIsInEffectButNoSecrets() throws IOException {
        Path client = Files.writeString(folder.resolve("client.properties"), """
                security.protocol=SASL_SSL
                sasl.jaas.config=org.apache.kafka.X required password="hunter2";
                ssl.keystore.password=hunter2
                my.own.extension=hunter2
                """);
        Path token = Files.writeString(folder.resolve("token"), "hunter2hunter2hunter2");

        Configuration values = read(
                "--kafka-bootstrap-servers",
                "a:1",
                "--kafka-properties",
                client.toString(),
                "--http-token-file",
                token.toString());

        assertThat(String.join("\n", values.lines()))
                .contains("kafka.properties = " + client + " {my.own.extension=***, sasl.jaas.config=***,"
                        + " security.protocol=SASL_SSL, ssl.keystore.password=***} (command line)")
                .contains("http.token-file = " + token)
                .doesNotContain("hunter2");
    }

    private Configuration read(String... arguments) {
        return Configuration.read(SCHEMA, environment, arguments);
    }
}
