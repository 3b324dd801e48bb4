package dev.sluice.producer.service;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every service is told.
 *
 * @param kafka the cluster
 * @param partitions of the topics keyed by variant
 * @param host that the HTTP server binds
 * @param port of the HTTP server, 0 for a free one
 * @param token that protected routes ask for, if any
 * @param grace from the signal to stop until the process ends
 */
public record ServiceConfiguration(
        KafkaConnection kafka, int partitions, String host, int port, Optional<BearerToken> token, Duration grace) {
    private static final int MOST_PARTITIONS = 10_000;
    private static final int MOST_PORT = 65_535;

    static final Key<String> BOOTSTRAP_SERVERS = Key.required(
            "kafka.bootstrap-servers",
            new ValueType<>("HOST:PORT,...", "host:port, several separated by commas", text -> text),
            "Where the Kafka cluster is.");
    static final Key<ClientProperties> CLIENT_PROPERTIES = Key.optional(
            "kafka.properties",
            new ValueType<>("FILE", "a file of Kafka client properties that can be read", ClientProperties::read),
            "Properties of every Kafka client: TLS, SASL, timeouts. What exactly-once needs is not changed by them.");
    static final Key<Boolean> CREATE_TOPICS = Key.of(
            "topics.create", ValueType.FLAG, "true", "Make topics that are absent; else wait for them, naming them.");
    static final Key<Integer> PARTITIONS = Key.of(
            "topics.partitions",
            ValueType.count(1, MOST_PARTITIONS),
            "64",
            "Partitions of the topics keyed by variant; the same for all services of a cluster.");
    static final Key<String> HOST = Key.of(
            "http.host",
            ValueType.TEXT,
            WebServer.LOOPBACK,
            "Address that the HTTP server binds: probes, /metrics and, of the evaluator, the page and its API.");
    static final Key<Integer> PORT =
            Key.of("http.port", ValueType.count(0, MOST_PORT), "8080", "Port of the HTTP server; 0 takes a free one.");
    static final Key<BearerToken> TOKEN = Key.optional(
            "http.token-file",
            new ValueType<>("FILE", "a file with a token", text -> BearerToken.read(Path.of(text))),
            "File with the bearer token that changes to variants ask for; required by the evaluator where http.host is"
                    + " not a loopback address.");
    static final Key<Duration> GRACE = Key.of(
            "stop.grace",
            ValueType.DURATION,
            "30s",
            "How long a service may take to finish its batch and its checkpoint after SIGTERM.");

    /** Names a file with all other keys, so it cannot stand in that file. */
    static final Key<Path> FILE = Key.optional(
            "config",
            ValueType.EXISTING,
            "File with these keys, YAML (.yaml, .yml) or properties; keys of other services are passed over.");

    /** The keys of every service. */
    public static final List<Key<?>> KEYS =
            List.of(BOOTSTRAP_SERVERS, CLIENT_PROPERTIES, CREATE_TOPICS, PARTITIONS, HOST, PORT, TOKEN, GRACE, FILE);

    /** For the services that share checkpoints. */
    public static final Key<Path> CHECKPOINTS = Key.required(
            "checkpoints.dir",
            ValueType.FOLDER,
            "Folder of the checkpoints, which trainers write and evaluators read.");

    /** For a service with routes that change something. */
    public static final Schema.Rule TOKEN_BEYOND_LOOPBACK = values -> {
        String host = values.find(HOST).orElse(WebServer.LOOPBACK);
        return isLoopback(host) || values.isGiven(TOKEN)
                ? Optional.empty()
                : Optional.of("http.token-file must be given where http.host is not a loopback address, got " + host);
    };

    public static ServiceConfiguration of(Configuration values) {
        Map<String, String> properties =
                values.find(CLIENT_PROPERTIES).map(ClientProperties::values).orElse(Map.of());
        return new ServiceConfiguration(
                new KafkaConnection(values.get(BOOTSTRAP_SERVERS), properties, values.get(CREATE_TOPICS)),
                values.get(PARTITIONS),
                values.get(HOST),
                values.get(PORT),
                values.find(TOKEN),
                values.get(GRACE));
    }

    /** The same, with Kafka clients whose metrics are exported. */
    public ServiceConfiguration observedBy(KafkaClientMetrics clients) {
        return new ServiceConfiguration(kafka.observedBy(clients), partitions, host, port, token, grace);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
