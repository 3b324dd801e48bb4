package dev.sluice.producer.topic;

import org.jspecify.annotations.Nullable;

/** Is told the entries of a topic, each partition's in its order. */
@FunctionalInterface
public interface TopicListener<T> {
    /** @param value null for a tombstone */
    void entry(String key, @Nullable T value);

    /** The newest record of this key cannot be read; {@link BadRecords} has heard of it. */
    default void unreadable(String key, String reason) {}
}
