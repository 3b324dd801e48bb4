package dev.sluice.trainer.metrics;

import java.util.ArrayDeque;
import java.util.Deque;

/** The rate of a counter over the last seconds. */
public final class RateMeter {
    private static final long WINDOW_MILLIS = 5_000;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Deque<long[]> samples = new ArrayDeque<>();

    public void add(long atMillis, long count) {
        samples.addLast(new long[] {atMillis, count});
        while (samples.size() > 2 && samples.getFirst()[0] < atMillis - WINDOW_MILLIS) {
            samples.removeFirst();
        }
    }

    public double perSecond() {
        if (samples.size() < 2) {
            return 0;
        }
        long[] first = samples.getFirst();
        long[] last = samples.getLast();
        return last[0] <= first[0] ? 0 : (last[1] - first[1]) * MILLIS_PER_SECOND / (last[0] - first[0]);
    }
}
