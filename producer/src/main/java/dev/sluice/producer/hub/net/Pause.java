package dev.sluice.producer.hub.net;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits between two attempts. */
public interface Pause {
    void of(Duration length) throws InterruptedException;

    /** On the clock, until it is over or the thread is interrupted. */
    static Pause real() {
        return length -> {
            boolean unused = new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS);
        };
    }
}
