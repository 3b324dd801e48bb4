package dev.sluice.producer.block;

/** The producer is being stopped: unwinds its threads, is never reported. */
public final class StoppedException extends RuntimeException {
    public StoppedException() {
        super("the producer is being stopped");
    }
}
