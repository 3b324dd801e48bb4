package dev.sluice.producer.publish;

/** The producer is being stopped: unwinds its threads, is never reported. */
public final class StoppedException extends RuntimeException {
    StoppedException() {
        super("the producer is being stopped");
    }
}
