package dev.sluice.producer.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The values that a service starts with, each from the first place that has it: command line, environment, file. */
public final class Configuration {
    private final Map<Key<?>, Entry> entries;
    private final Set<Key<?>> wrong;
    private final String command;

    /**
     * @param value of the key's type
     * @param text as the user wrote it
     * @param place where
     */
    record Entry(Object value, String text, String place) {}

    /** @param wrong keys whose values are wrong by themselves, and absent from the entries */
    Configuration(Map<Key<?>, Entry> entries, Set<Key<?>> wrong, String command) {
        this.entries = Map.copyOf(entries);
        this.wrong = Set.copyOf(wrong);
        this.command = command;
    }

    /**
     * Reads it from all its places.
     *
     * @param environment variables
     * @throws ConfigurationException with every problem of all of them
     */
    public static Configuration read(Schema schema, Map<String, String> environment, String... arguments) {
        return new ConfigurationReader(schema, environment).read(new CommandLineOptions(schema, arguments));
    }

    /** The value of a key that is required or has a default. */
    public <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException(key.name() + " must be a key of this service"));
    }

    /** The value of a key, if there is one. */
    @SuppressWarnings("unchecked") // the reader puts what the key's own type gave
    public <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable(entries.get(key)).map(entry -> (T) entry.value());
    }

    /** Whether the user gave a value of this key, right or wrong, or it has a default. */
    boolean isGiven(Key<?> key) {
        return entries.containsKey(key) || wrong.contains(key);
    }

    /** What started this service, to start it again. */
    public String command() {
        return command;
    }

    /** The effective values with where they are from, by key; no secrets. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        entries.forEach((key, entry) -> {
            String shown = entry.value() instanceof ClientProperties properties
                    ? entry.text() + " {" + properties + "}"
                    : entry.text();
            lines.add(key.name() + " = " + shown + " (" + entry.place() + ")");
        });
        lines.sort(null);
        return lines;
    }
}
