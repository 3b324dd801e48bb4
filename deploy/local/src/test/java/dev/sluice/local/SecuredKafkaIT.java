package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three services against a Kafka with TLS and passwords, whose topics are its operator's. */
class SecuredKafkaIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int PARTITIONS = 4;

    @TempDir
    private Path folder;

    private SecuredBroker broker;
    private final List<ChildRun> runs = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = SecuredBroker.start(folder);
    }

    @AfterEach
    void stop() {
        runs.forEach(ChildRun::close);
        broker.close();
    }

    @Test
    void shouldRunWithTlsAndPasswordsOnTopicsThatTheOperatorMakes() throws Exception {
        Path variants = Files.writeString(folder.resolve("variants.yaml"), """
                variants:
                  - id: kmeans
                    dictionary: {kind: kmeans, latents: 16}
                """);
        Path properties = write(broker.clientProperties());
        ChildRun producer = service("producer", properties, "--producer-tokens", "2000", "--producer-work-dir", "work");
        service("trainer", properties, "--checkpoints-dir", "checkpoints", "--trainer-variants", variants.toString());
        ChildRun evaluator = service("evaluator", properties, "--checkpoints-dir", "checkpoints");

        // When the operator makes what the services say they wait for
        KafkaConnection operator = new KafkaConnection(broker.address(), broker.clientProperties(), true);
        String absent = said(producer, "waiting for (sluice\\.checkpoints, \\S+.*)");
        assertThat(absent).contains(Topic.PROGRESS, Topic.VARIANTS, Topic.METRICS);
        TopicSetup.ensure(operator, Topic.shared(PARTITIONS));
        String stream = said(producer, "waiting for sluice\\.(\\S+)\\.heldout, sluice\\.\\S+\\.train");
        TopicSetup.ensure(operator, Topic.ofStream(stream));

        URI page = URI.create(said(evaluator, "listening on (http://\\S+)"));
        await().atMost(LIMIT).ignoreExceptions().until(() -> overview(page).contains("\"done\":true"));
    }

    /** It may be let in later: users are made beside the services. */
    @Test
    void shouldSayWhyItIsNotLetInWithoutThePassword() throws Exception {
        ChildRun producer = service("producer", write(broker.clientProperties("wrong")), "--producer-work-dir", "work");

        assertThat(said(producer, "waiting for Kafka at \\S+: (.*)"))
                .isEqualTo("Authentication failed: Invalid username or password");
        assertThat(producer.output()).doesNotContain("password=\"wrong\"");
    }

    private Path write(Map<String, String> settings) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        Path file = folder.resolve("client.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    private ChildRun service(String name, Path properties, String... options) {
        List<String> arguments = new ArrayList<>(List.of(name, "--kafka-bootstrap-servers", broker.address()));
        arguments.addAll(List.of("--kafka-properties", properties.toString()));
        arguments.addAll(List.of("--topics-create", "false", "--topics-partitions", "" + PARTITIONS));
        arguments.addAll(List.of("--http-port", "0"));
        arguments.addAll(List.of(options));
        ChildRun run = ChildRun.start(folder, arguments.toArray(String[]::new));
        runs.add(run);
        return run;
    }

    private static String said(ChildRun service, String pattern) {
        await().atMost(LIMIT)
                .until(() -> !service.isAlive() || !service.find(pattern).isEmpty());
        assertThat(service.find(pattern)).as(service.output()).isNotEmpty();
        return service.find(pattern);
    }

    private static String overview(URI page) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(page.resolve("/api/v1/overview")).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
