package dev.sluice.trainer.training;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The right to act for the group while it still counts on this process. A process that was frozen for longer than its
 * session finds it gone when it wakes up, before it has heard that others have taken over. Thread-safe.
 */
final class Lease {
    private final long nanos;
    private final LongSupplier clock;
    private volatile long renewed;

    /** @param clock as {@link System#nanoTime} */
    Lease(Duration length, LongSupplier clock) {
        this.nanos = length.toNanos();
        this.clock = clock;
        this.renewed = clock.getAsLong();
    }

    void renew() {
        renewed = clock.getAsLong();
    }

    boolean isHeld() {
        return clock.getAsLong() - renewed < nanos;
    }
}
