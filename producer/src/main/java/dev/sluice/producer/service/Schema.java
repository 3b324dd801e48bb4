package dev.sluice.producer.service;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What may be configured of one service, beside {@link ServiceConfiguration#KEYS}.
 *
 * @param service its name, as in {@link Service#name()}
 * @param purpose one sentence for the help
 * @param own keys of this service
 * @param rules over several values
 */
public record Schema(String service, String purpose, List<Key<?>> own, List<Rule> rules) {
    /** One file, and one environment, can configure all services: what is another one's is passed over there. */
    private static final Set<String> OF_SOME = Set.of("producer.", "trainer.", "evaluator.", "checkpoints.");

    /** Something that must hold between values. */
    public interface Rule {
        /** The violation, if there is one. A value that is wrong by itself is absent here, and already reported. */
        Optional<String> violation(Configuration values);
    }

    public Schema {
        own = List.copyOf(own);
        rules = List.copyOf(rules);
    }

    /** All keys, those of every service first. */
    public List<Key<?>> keys() {
        return Stream.concat(ServiceConfiguration.KEYS.stream(), own.stream()).toList();
    }

    /** Whether a name that is no key here may be one of another service. */
    boolean isForeign(String name) {
        return !name.startsWith(service + ".") && OF_SOME.stream().anyMatch(name::startsWith);
    }
}
