package dev.sluice.producer.topic;

import org.jspecify.annotations.Nullable;

/**
 * One record of a compacted topic that keeps the topic's rule.
 *
 * @param value null for a tombstone
 */
public record TopicEntry<T>(String key, @Nullable T value) {}
