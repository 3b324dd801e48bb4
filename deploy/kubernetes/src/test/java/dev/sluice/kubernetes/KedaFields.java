package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** KEDA publishes no models for Java: the fields of what the manifests use, as the documentation of KEDA 2.20 has them. */
final class KedaFields {
    private static final String API = "keda.sh/v1alpha1";
    private static final Map<String, Set<String>> SPEC = Map.of(
            "ScaledObject",
            Set.of(
                    "scaleTargetRef",
                    "pollingInterval",
                    "cooldownPeriod",
                    "initialCooldownPeriod",
                    "idleReplicaCount",
                    "minReplicaCount",
                    "maxReplicaCount",
                    "fallback",
                    "advanced",
                    "triggers"),
            "TriggerAuthentication",
            Set.of("podIdentity", "secretTargetRef", "env", "filePath"));
    private static final Set<String> TARGET = Set.of("apiVersion", "kind", "name", "envSourceContainerName");
    private static final Set<String> TRIGGER =
            Set.of("type", "name", "metadata", "authenticationRef", "useCachedMetrics", "metricType");
    private static final Set<String> KAFKA = Set.of(
            "bootstrapServers",
            "consumerGroup",
            "topic",
            "lagThreshold",
            "activationLagThreshold",
            "offsetResetPolicy",
            "allowIdleConsumers",
            "scaleToZeroOnInvalidOffset",
            "excludePersistentLag",
            "limitToPartitionsWithLag",
            "ensureEvenDistributionOfPartitions",
            "version",
            "partitionLimitation",
            "sasl",
            "tls",
            "unsafeSsl");

    boolean knows(Manifest manifest) {
        return manifest.apiVersion().equals(API);
    }

    List<String> problems(Manifest manifest) {
        JsonNode spec = manifest.tree().path("spec");
        List<String> problems = new ArrayList<>();
        unknown("spec", spec, SPEC.getOrDefault(manifest.kind(), Set.of()), problems);
        unknown("spec.scaleTargetRef", spec.path("scaleTargetRef"), TARGET, problems);
        for (JsonNode trigger : spec.path("triggers")) {
            unknown("spec.triggers", trigger, TRIGGER, problems);
            unknown("spec.triggers.metadata", trigger.path("metadata"), KAFKA, problems);
            for (JsonNode value : trigger.path("metadata")) {
                if (!value.isTextual()) {
                    problems.add("spec.triggers.metadata holds texts only, got " + value);
                }
            }
        }
        return problems;
    }

    private static void unknown(String path, JsonNode object, Set<String> known, List<String> problems) {
        object.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                problems.add("unknown field " + path + "." + field);
            }
        });
    }
}
