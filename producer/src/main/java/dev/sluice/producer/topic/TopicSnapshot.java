package dev.sluice.producer.topic;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a compacted topic says at one moment. Filled by a reader; on one thread. */
public final class TopicSnapshot<T> implements TopicListener<T> {
    private final Map<String, T> values = new TreeMap<>();
    private final Map<String, String> unreadable = new TreeMap<>();

    @Override
    public void entry(String key, @Nullable T value) {
        unreadable.remove(key);
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    @Override
    public void unreadable(String key, String reason) {
        unreadable.put(key, reason);
    }

    /** The newest readable values, by key. */
    public Map<String, T> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Every key that has a record, readable or not. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>(values.keySet());
        keys.addAll(unreadable.keySet());
        return keys;
    }

    /** The newest readable value of a key. */
    public Optional<T> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Why the newest record of a key cannot be read; empty if it can, or there is none. */
    public Optional<String> fault(String key) {
        return Optional.ofNullable(unreadable.get(key));
    }
}
