package dev.sluice.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Unknown fields, wrong types and duplicate keys, by the models of fabric8, of Strimzi and of the Prometheus operator.
 * Reading into those models is lenient: what they do not know they keep aside, and that is looked for.
 */
final class StrictFields {
    private static final Map<String, Class<? extends HasMetadata>> CUSTOM = Map.of(
            "kafka.strimzi.io/v1/Kafka", Kafka.class,
            "kafka.strimzi.io/v1/KafkaNodePool", KafkaNodePool.class,
            "kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class,
            "kafka.strimzi.io/v1/KafkaUser", KafkaUser.class,
            "monitoring.coreos.com/v1/PodMonitor", PodMonitor.class,
            "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class);

    private final YAMLMapper strict = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    List<String> problems(Manifest manifest) {
        try {
            strict.readTree(manifest.text());
            KubernetesResource resource = read(manifest);
            if (resource instanceof GenericKubernetesResource) {
                return List.of("no model of " + manifest.apiVersion() + " " + manifest.kind());
            }
            List<String> problems = new ArrayList<>();
            new UnknownFields(problems).visit("", resource);
            return problems;
        } catch (JsonProcessingException | RuntimeException e) {
            return List.of(rootCause(e).toString());
        }
    }

    private static Throwable rootCause(Throwable problem) {
        Throwable cause = problem.getCause();
        return cause == null || cause == problem ? problem : rootCause(cause);
    }

    private KubernetesResource read(Manifest manifest) {
        Class<? extends HasMetadata> custom = CUSTOM.get(manifest.apiVersion() + "/" + manifest.kind());
        return custom == null
                ? serialization.unmarshal(manifest.text(), KubernetesResource.class)
                : serialization.unmarshal(manifest.text(), custom);
    }
}
