package dev.sluice.producer.service;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.metrics.JmxReporter;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the Kafka cluster, and the client settings that all services share. The methods give properties for the
 * clients, without serializers: tuned defaults, over them the user's properties, over those what correctness needs.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param clientProperties further properties of every client, e.g. security settings
 * @param createTopics whether services make topics that are absent there
 * @param metrics is told of every client's metrics, null if nobody is
 */
public record KafkaConnection(
        String bootstrapServers,
        Map<String, String> clientProperties,
        boolean createTopics,
        @Nullable KafkaClientMetrics metrics) {
    /** One activation record of 1 MiB and its overhead fill one batch; more than the topic's limit would be split. */
    private static final int RECORD_BATCH_BYTES = (1 << 20) + (1 << 17);

    private static final String REPORTERS = CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG;

    private static final String MAX_REQUEST_BYTES = Integer.toString(4 << 20);

    public KafkaConnection {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("kafka.bootstrap-servers must be host:port, got nothing");
        }
        clientProperties = Map.copyOf(clientProperties);
    }

    public KafkaConnection(String bootstrapServers, Map<String, String> clientProperties, boolean createTopics) {
        this(bootstrapServers, clientProperties, createTopics, null);
    }

    public KafkaConnection(String bootstrapServers) {
        this(bootstrapServers, Map.of(), true);
    }

    /** The same cluster, reached by clients whose metrics are exported. */
    public KafkaConnection observedBy(KafkaClientMetrics observer) {
        return new KafkaConnection(bootstrapServers, clientProperties, createTopics, observer);
    }

    /** An idempotent producer of small values. */
    public Map<String, Object> producer() {
        return properties(
                Map.of(
                        "batch.size",
                        65_536,
                        "buffer.memory",
                        32 << 20,
                        "linger.ms",
                        0,
                        "max.request.size",
                        MAX_REQUEST_BYTES),
                Map.of("acks", "all", "enable.idempotence", true));
    }

    /**
     * A transactional producer of small values.
     *
     * @param transactionalId stable over restarts; a second producer with it fences the first
     */
    public Map<String, Object> transactionalProducer(String transactionalId) {
        return with(producer(), Map.of("transactional.id", transactionalId));
    }

    /** A transactional producer of activation records: uncompressed, one record a batch. */
    public Map<String, Object> recordProducer(String transactionalId) {
        return properties(
                Map.of(
                        "batch.size",
                        RECORD_BATCH_BYTES,
                        "buffer.memory",
                        32 << 20,
                        "compression.type",
                        "none",
                        "linger.ms",
                        0,
                        "max.request.size",
                        MAX_REQUEST_BYTES),
                Map.of("acks", "all", "enable.idempotence", true, "transactional.id", transactionalId));
    }

    /** A consumer that sees committed records only, keeps its own position and fails rather than skips. */
    public Map<String, Object> consumer() {
        return properties(
                Map.of("max.partition.fetch.bytes", 4 << 20, "fetch.max.bytes", 8 << 20),
                Map.of(
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "none",
                        "allow.auto.create.topics",
                        false));
    }

    /**
     * The same for a consumer that reads to the end and is closed: its close waits for the fetch that is under way, and a
     * broker that has nothing new answers that only after this wait.
     */
    public Map<String, Object> briefConsumer() {
        return with(consumer(), Map.of("fetch.max.wait.ms", 10));
    }

    public Map<String, Object> admin() {
        return properties(Map.of(), Map.of());
    }

    /** A Kafka Streams application with exactly-once processing and in-memory stores. */
    public Map<String, Object> streams(String applicationId) {
        return properties(
                Map.of(
                        "commit.interval.ms", 1000,
                        "consumer.session.timeout.ms", 6000,
                        "producer.max.request.size", MAX_REQUEST_BYTES),
                Map.of(
                        "application.id",
                        applicationId,
                        "processing.guarantee",
                        "exactly_once_v2",
                        "dsl.store.suppliers.class",
                        "org.apache.kafka.streams.state.BuiltInDslStoreSuppliers$InMemoryDslStoreSuppliers"));
    }

    private Map<String, Object> properties(Map<String, Object> defaults, Map<String, Object> required) {
        Map<String, Object> properties = new HashMap<>(defaults);
        properties.put("receive.buffer.bytes", -1);
        properties.put("send.buffer.bytes", -1);
        properties.putAll(clientProperties);
        properties.put("bootstrap.servers", bootstrapServers);
        if (metrics != null) {
            String reporters = clientProperties.getOrDefault(REPORTERS, JmxReporter.class.getName());
            properties.put(REPORTERS, reporters + "," + ClientMetricsReporter.class.getName());
            properties.put(ClientMetricsReporter.TELL, metrics);
        }
        properties.putAll(required);
        return properties;
    }

    private static Map<String, Object> with(Map<String, Object> properties, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putAll(more);
        return all;
    }
}
