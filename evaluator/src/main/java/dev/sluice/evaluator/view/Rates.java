package dev.sluice.evaluator.view;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rates of counters over the last seconds, by the sender's clock. A counter that falls is a restarted sender; a silent
 * sender has no rate.
 */
final class Rates {
    private static final long SPAN_MILLIS = 5000;
    private static final long SILENT_MILLIS = 5000;
    private static final double MILLIS_PER_SECOND = 1000;

    private record Sample(long atMillis, Map<String, Double> counters) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private long usualMillis;

    void add(long atMillis, Map<String, Double> counters) {
        Sample last = samples.peekLast();
        if (last != null && (atMillis <= last.atMillis || hasFallen(last.counters, counters))) {
            samples.clear();
        }
        usualMillis = samples.isEmpty() ? 0 : atMillis - samples.getLast().atMillis;
        samples.add(new Sample(atMillis, counters));
        while (samples.size() > 2 && second().atMillis <= atMillis - SPAN_MILLIS) {
            samples.removeFirst();
        }
    }

    private static boolean hasFallen(Map<String, Double> before, Map<String, Double> now) {
        return before.entrySet().stream()
                .anyMatch(counter -> now.getOrDefault(counter.getKey(), 0.0) < counter.getValue());
    }

    private Sample second() {
        var iterator = samples.iterator();
        iterator.next();
        return iterator.next();
    }

    /** Units per second; null if nothing is known of the last seconds. */
    @Nullable
    Double of(String counter, long nowMillis) {
        if (samples.size() < 2 || isSilent(nowMillis)) {
            return null;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        double seconds = (last.atMillis - first.atMillis) / MILLIS_PER_SECOND;
        return (last.counters.getOrDefault(counter, 0.0) - first.counters.getOrDefault(counter, 0.0)) / seconds;
    }

    /** A sender of rare news is silent only after it missed several of them. */
    private boolean isSilent(long nowMillis) {
        return nowMillis - samples.getLast().atMillis > Math.max(SILENT_MILLIS, 3 * usualMillis);
    }
}
