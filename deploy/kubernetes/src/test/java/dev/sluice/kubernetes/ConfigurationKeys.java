package dev.sluice.kubernetes;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The keys that each service knows. */
final class ConfigurationKeys {
    private static final Set<String> COMMON = Set.of(
            "kafka.bootstrap-servers",
            "kafka.properties",
            "topics.create",
            "topics.partitions",
            "http.host",
            "http.port",
            "http.token-file",
            "stop.grace");
    private static final Map<String, Set<String>> OWN = Map.of(
            "producer",
            Set.of(
                    "producer.model",
                    "producer.corpus",
                    "producer.hooks",
                    "producer.tokens",
                    "producer.seed",
                    "producer.dtype",
                    "producer.context",
                    "producer.truncate",
                    "producer.block-rows",
                    "producer.records-per-transaction",
                    "producer.work-dir"),
            "trainer",
            Set.of("checkpoints.dir", "trainer.variants", "trainer.epochs", "trainer.group"),
            "evaluator",
            Set.of("checkpoints.dir", "evaluator.window-tokens", "evaluator.heldout-rows", "evaluator.application-id"));

    private ConfigurationKeys() {}

    /** As in a file. */
    static Set<String> of(String service) {
        Set<String> keys = new HashSet<>(COMMON);
        keys.addAll(OWN.getOrDefault(service, Set.of()));
        return keys;
    }

    /** As in the environment, with the one that names the file. */
    static Set<String> variables(String service) {
        Set<String> variables = of(service).stream()
                .map(key -> "SLUICE_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(HashSet::new));
        variables.add("SLUICE_CONFIG");
        return variables;
    }
}
