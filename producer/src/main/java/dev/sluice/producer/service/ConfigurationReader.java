package dev.sluice.producer.service;

import dev.sluice.producer.service.Configuration.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of one service from all its places, and finds every problem before it reports them. */
final class ConfigurationReader {
    /** Those of the launcher, which never reach a service as settings. */
    private static final Set<String> OF_THE_LAUNCHER = Set.of("SLUICE_BUILD", "SLUICE_JAVA_OPTS");

    /** What Kubernetes tells every container of a Service that is called {@code sluice-...}. */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile("SLUICE_\\w+_(SERVICE_HOST|SERVICE_PORT\\w*|PORT_\\d+_(TCP|UDP)\\w*)");

    private final Schema schema;
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    /**
     * Where values are from.
     *
     * @param name for people
     * @param values by the name of their key
     */
    private record Place(String name, Map<String, String> values) {}

    private record Found(String text, String place) {}

    ConfigurationReader(Schema schema, Map<String, String> environment) {
        this.schema = schema;
        this.environment = environment;
    }

    /**
     * The configuration.
     *
     * @param options of the command line
     * @throws ConfigurationException with every problem
     */
    Configuration read(CommandLineOptions options) {
        problems.addAll(options.problems());
        places.add(new Place("command line", options.values()));
        places.add(new Place("environment", variables()));
        find(ServiceConfiguration.FILE).ifPresent(file -> places.add(new Place("file", file(file))));
        Map<Key<?>, Entry> entries = new LinkedHashMap<>();
        Set<Key<?>> wrong = new HashSet<>();
        for (Key<?> key : schema.keys()) {
            Entry entry = entry(key);
            if (entry != null) {
                entries.put(key, entry);
            } else if (find(key).isPresent()) {
                wrong.add(key);
            }
        }
        problems.addAll(NativeEnvironment.problems(environment));
        Configuration configuration = new Configuration(entries, wrong, options.command());
        schema.rules().forEach(rule -> rule.violation(configuration).ifPresent(problems::add));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return configuration;
    }

    private Map<String, String> variables() {
        Map<String, String> names = new HashMap<>();
        schema.keys().forEach(key -> names.put(key.variable(), key.name()));
        Map<String, String> values = new HashMap<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            String name = names.get(variable);
            if (name != null) {
                values.put(name, value);
            } else if (variable.startsWith(Key.PREFIX) && !isForeign(variable, value)) {
                problems.add(
                        "environment variable " + variable + " is not known" + Suggestion.of(variable, names.keySet()));
            }
        });
        return values;
    }

    private boolean isForeign(String variable, String value) {
        String name = variable.substring(Key.PREFIX.length()).toLowerCase(Locale.ROOT);
        return OF_THE_LAUNCHER.contains(variable)
                || OF_KUBERNETES.matcher(variable).matches()
                || value.startsWith("tcp://")
                || schema.isForeign(name.replaceFirst("_", "."));
    }

    private Map<String, String> file(Found file) {
        try {
            Map<String, String> values = new TreeMap<>(ConfigurationFile.read(file.text()));
            Collection<String> known = schema.keys().stream()
                    .filter(key -> !key.equals(ServiceConfiguration.FILE))
                    .<String>map(Key::name)
                    .toList();
            values.keySet().stream()
                    .filter(name -> !known.contains(name) && !schema.isForeign(name))
                    .forEach(name ->
                            problems.add(file.text() + ": " + name + " is not a key" + Suggestion.of(name, known)));
            return values;
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Map.of();
        }
    }

    private Optional<Found> find(Key<?> key) {
        for (Place place : places) {
            String text = place.values().get(key.name());
            if (text != null && !text.isBlank()) {
                return Optional.of(new Found(text.strip(), place.name()));
            }
        }
        return Optional.ofNullable(key.absent()).map(text -> new Found(text, "default"));
    }

    private @Nullable Entry entry(Key<?> key) {
        Optional<Found> found = find(key);
        if (found.isEmpty()) {
            if (key.required()) {
                problems.add(key.name() + " must be given, " + key.type().rule() + ": as " + key.option() + ", "
                        + key.variable() + " or in the file of --config");
            }
            return null;
        }
        String text = found.get().text();
        try {
            return new Entry(key.type().parser().parse(text), text, found.get().place());
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        } catch (IllegalArgumentException | IOException e) {
            problems.add(key.name() + " must be " + key.type().rule() + ", got " + text + " ("
                    + found.get().place() + ")");
        }
        return null;
    }
}
