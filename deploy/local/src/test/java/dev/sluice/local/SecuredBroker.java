package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** A Kafka node whose clients need TLS, with a certificate made for it, and a user's name and password. */
final class SecuredBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";
    private static final String PASSWORD = "only-for-this-test";

    private final KafkaRaftServer server;
    private final String address;
    private final Path certificate;

    private SecuredBroker(KafkaRaftServer server, String address, Path certificate) {
        this.server = server;
        this.address = address;
        this.certificate = certificate;
    }

    static SecuredBroker start(Path folder) throws Exception {
        Path keys = folder.resolve("broker.p12");
        Path certificate = folder.resolve("broker.pem");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-ext",
                "san=ip:" + HOST,
                "-keystore",
                "" + keys);
        keytool("-exportcert", "-rfc", "-file", "" + certificate, "-keystore", "" + keys);
        Path log = Files.createDirectories(folder.resolve("kafka"));
        format(log);
        String address = HOST + ":" + freePort();
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(settings(log, address, keys), false), Time.SYSTEM);
        server.startup();
        return new SecuredBroker(server, address, certificate);
    }

    private static void keytool(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-alias", "broker", "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    private static void format(Path log) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(log.toString()))
                .setMetadataLogDirectory(log.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    private static Properties settings(Path log, String address, Path keys) throws IOException {
        String controller = HOST + ":" + freePort();
        String inside = HOST + ":" + freePort();
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@" + controller,
                "controller.listener.names", "CONTROLLER",
                "listeners", "INSIDE://" + inside + ",CONTROLLER://" + controller + ",CLIENTS://" + address,
                "advertised.listeners", "INSIDE://" + inside + ",CLIENTS://" + address,
                "listener.security.protocol.map", "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL",
                "inter.broker.listener.name", "INSIDE",
                "log.dirs", log.toString()));
        settings.putAll(Map.of(
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.password",
                PASSWORD,
                "listener.name.clients.sasl.enabled.mechanisms",
                "PLAIN",
                "listener.name.clients.plain.sasl.jaas.config",
                LOGIN + "user_sluice=\"" + PASSWORD + "\";"));
        settings.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "4",
                "auto.create.topics.enable", "false",
                "group.initial.rebalance.delay.ms", "0",
                "log.cleaner.dedupe.buffer.size", "8388608"));
        return settings;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** {@code host:port} for clients. */
    String address() {
        return address;
    }

    /** What a client needs beside the address. */
    Map<String, String> clientProperties() {
        return clientProperties(PASSWORD);
    }

    Map<String, String> clientProperties(String password) {
        return Map.of(
                "security.protocol", "SASL_SSL",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", certificate.toString(),
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", LOGIN + "username=\"sluice\" password=\"" + password + "\";");
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
