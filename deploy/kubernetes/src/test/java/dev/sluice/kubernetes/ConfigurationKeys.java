package dev.sluice.kubernetes;

import dev.sluice.evaluator.EvaluatorConfiguration;
import dev.sluice.producer.ProducerConfiguration;
import dev.sluice.producer.service.Key;
import dev.sluice.producer.service.Schema;
import dev.sluice.trainer.TrainerConfiguration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys that each service knows. */
final class ConfigurationKeys {
    private static final List<Schema> SCHEMAS =
            List.of(ProducerConfiguration.SCHEMA, TrainerConfiguration.SCHEMA, EvaluatorConfiguration.SCHEMA);

    private ConfigurationKeys() {}

    /** As in a file. */
    static Set<String> of(String service) {
        return names(service, Key::name);
    }

    /** As in the environment. */
    static Set<String> variables(String service) {
        return names(service, Key::variable);
    }

    private static Set<String> names(String service, Function<Key<?>, String> form) {
        Stream<Key<?>> keys = SCHEMAS.stream()
                .filter(schema -> schema.service().equals(service))
                .flatMap(schema -> schema.keys().stream());
        return keys.map(form).collect(Collectors.toSet());
    }
}
