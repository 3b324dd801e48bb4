package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Topic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the Strimzi cluster has what the services expect of Kafka, and lets each do what it does and no more. */
class KafkaIT {
    private static final String STREAM_TOPIC = Topic.train("some-stream-01234567");

    static List<String> overlays() {
        return Kustomize.OVERLAYS;
    }

    @BeforeAll
    static void needsKubectl() {
        Kustomize.assumeInstalled();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldHaveTheTopicsOfTheContract(String overlay) {
        int partitions = Workload.of(Kustomize.render(overlay)).stream()
                .filter(workload -> workload.component().equals("producer"))
                .mapToInt(workload ->
                        workload.configuration().path("topics.partitions").asInt())
                .findFirst()
                .orElseThrow();

        List<Topic> topics = of(overlay, "KafkaTopic").map(KafkaIT::topic).toList();

        assertThat(topics).containsExactlyInAnyOrderElementsOf(Topic.shared(partitions));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldReplicateAsOftenAsThereAreBrokers(String overlay) {
        JsonNode config = cluster(overlay).at("/spec/kafka/config");
        int replicas = config.path("default.replication.factor").asInt();

        assertThat(of(overlay, "KafkaTopic")
                        .map(topic -> topic.tree().at("/spec/replicas").asInt()))
                .containsOnly(replicas);
        assertThat(of(overlay, "KafkaNodePool").filter(pool -> pool.name().equals("broker")))
                .singleElement()
                .satisfies(pool ->
                        assertThat(pool.tree().at("/spec/replicas").asInt()).isGreaterThanOrEqualTo(replicas));
        assertThat(config.path("min.insync.replicas").asInt()).isEqualTo(Math.max(1, replicas - 1));
        assertThat(config.path("unclean.leader.election.enable").asBoolean(true))
                .isFalse();
        assertThat(config.path("auto.create.topics.enable").asBoolean(true)).isFalse();
        assertThat(config.path("message.max.bytes").asInt()).isGreaterThanOrEqualTo(Topic.MAX_MESSAGE_BYTES);
        assertThat(config.path("replica.fetch.max.bytes").asInt()).isGreaterThanOrEqualTo(Topic.MAX_MESSAGE_BYTES);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldLetEachServiceWriteItsOwnTopicsOnly(String overlay) {
        Map<String, List<String>> writable = of(overlay, "KafkaUser")
                .collect(Collectors.toMap(Manifest::name, KafkaIT::writable, (a, b) -> a, TreeMap::new));

        assertThat(writable)
                .containsOnly(
                        Map.entry("sluice-producer", List.of(STREAM_TOPIC, Topic.PROGRESS)),
                        Map.entry(
                                "sluice-trainer",
                                List.of(
                                        Topic.VARIANTS,
                                        Topic.STATUS,
                                        Topic.CHECKPOINTS,
                                        Topic.MEASUREMENTS,
                                        Topic.DEAD_LETTERS)),
                        Map.entry(
                                "sluice-evaluator",
                                List.of(
                                        Topic.VARIANTS,
                                        Topic.MEASUREMENTS,
                                        Topic.METRICS,
                                        Topic.RESULTS,
                                        Topic.DEAD_LETTERS)));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldLetEachServiceFinishItsTransactions(String overlay) {
        Map<String, List<String>> needed = Map.of(
                "sluice-producer", List.of("sluice-producer-some-stream-01234567"),
                "sluice-trainer", List.of("sluice-variant-topk", "sluice-variants-63"),
                "sluice-evaluator", List.of("sluice-evaluator-4f1c-1", "sluice-variants-63"));

        assertThat(of(overlay, "KafkaUser"))
                .hasSize(needed.size())
                .allSatisfy(user -> assertThat(needed.getOrDefault(user.name(), List.of()))
                        .isNotEmpty()
                        .allMatch(id -> allowed(user, "transactionalId", id, "Write")));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldReachTheListenerThatTheClusterHas(String overlay) {
        String listener = "sluice-kafka-bootstrap:"
                + cluster(overlay).at("/spec/kafka/listeners/0/port").asInt();

        assertThat(Workload.of(Kustomize.render(overlay)))
                .allSatisfy(workload -> assertThat(workload.configuration()
                                .path("kafka.bootstrap-servers")
                                .asText())
                        .isEqualTo(listener));
    }

    private static JsonNode cluster(String overlay) {
        return of(overlay, "Kafka").findFirst().orElseThrow().tree();
    }

    private static Stream<Manifest> of(String overlay, String kind) {
        return Kustomize.render(overlay).stream()
                .filter(manifest -> manifest.kind().equals(kind));
    }

    private static Topic topic(Manifest manifest) {
        Map<String, String> config = new TreeMap<>();
        manifest.tree()
                .at("/spec/config")
                .properties()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        return new Topic(manifest.name(), manifest.tree().at("/spec/partitions").asInt(), config);
    }

    private static List<String> writable(Manifest user) {
        Stream<String> shared = Topic.shared(1).stream().map(Topic::name);
        return Stream.concat(Stream.of(STREAM_TOPIC), shared)
                .filter(topic -> allowed(user, "topic", topic, "Write"))
                .toList();
    }

    /** As Kafka decides: allowed by one rule and denied by none. */
    private static boolean allowed(Manifest user, String type, String name, String operation) {
        List<JsonNode> rules = Workload.elements(user.tree().at("/spec/authorization/acls"))
                .filter(rule -> rule.at("/resource/type").asText().equals(type))
                .filter(rule -> covers(rule.path("resource"), name))
                .filter(rule -> Workload.elements(rule.path("operations"))
                        .anyMatch(each -> each.asText().equals(operation)))
                .toList();
        return !rules.isEmpty()
                && rules.stream().noneMatch(rule -> rule.path("type").asText().equals("deny"));
    }

    private static boolean covers(JsonNode resource, String name) {
        String pattern = resource.path("name").asText();
        return resource.path("patternType").asText().equals("prefix") ? name.startsWith(pattern) : name.equals(pattern);
    }
}
