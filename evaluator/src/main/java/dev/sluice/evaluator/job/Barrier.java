package dev.sluice.evaluator.job;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Offsets that a reader passes once everything that was there at one moment is read. */
final class Barrier {
    private final Map<TopicPartition, Long> ends;
    private final Set<Integer> partitions;
    private final CompletableFuture<@Nullable Void> passed;

    /**
     * @param ends offsets behind the last records
     * @param partitions that are settled once the barrier is passed
     * @param passed is completed then
     */
    Barrier(Map<TopicPartition, Long> ends, Set<Integer> partitions, CompletableFuture<@Nullable Void> passed) {
        this.ends = new HashMap<>(ends);
        this.partitions = new HashSet<>(partitions);
        this.passed = passed;
    }

    /** Others read these now. */
    void drop(Set<TopicPartition> gone, Set<Integer> numbers) {
        ends.keySet().removeAll(gone);
        partitions.removeAll(numbers);
    }

    boolean isPassed(ToLongFunction<TopicPartition> position) {
        return ends.entrySet().stream().allMatch(end -> position.applyAsLong(end.getKey()) >= end.getValue());
    }

    Set<Integer> partitions() {
        return partitions;
    }

    void complete() {
        passed.complete(null);
    }
}
