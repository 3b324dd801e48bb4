package dev.sluice.evaluator.view;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** How long metrics took from their measurement to here, over the last seconds. */
final class Delays {
    private static final long SPAN_MILLIS = 5000;
    private static final double MILLIS_PER_SECOND = 1000;

    private record Delay(long seenMillis, long millis) {}

    private final Deque<Delay> delays = new ArrayDeque<>();

    void add(long nowMillis, long millis) {
        delays.add(new Delay(nowMillis, Math.max(0, millis)));
        forget(nowMillis);
    }

    /** The longest; null if nothing came. */
    @Nullable
    Double worstSeconds(long nowMillis) {
        forget(nowMillis);
        var longest = delays.stream().mapToLong(Delay::millis).max();
        return longest.isPresent() ? longest.getAsLong() / MILLIS_PER_SECOND : null;
    }

    private void forget(long nowMillis) {
        while (!delays.isEmpty() && delays.getFirst().seenMillis < nowMillis - SPAN_MILLIS) {
            delays.removeFirst();
        }
    }
}
