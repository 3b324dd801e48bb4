package dev.sluice.producer.publish;

import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.StoppedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits that stay alive and stoppable. */
final class Waiting {
    static final long TICK_MILLIS = 1000;

    private Waiting() {}

    /**
     * The future's result, or its exception as it is.
     *
     * @param tick called about every second while waiting; throws {@link StoppedException} to give up
     */
    static <T> T on(CompletableFuture<T> future, Runnable tick) {
        while (true) {
            tick.run();
            try {
                return future.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // not yet: tick again
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException exception
                        ? exception
                        : new PublishException("work on another thread failed: " + e.getCause(), e);
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    /** For a thread that was interrupted while it waited: keeps that known. */
    static StoppedException interrupted() {
        Thread.currentThread().interrupt();
        return new StoppedException();
    }
}
