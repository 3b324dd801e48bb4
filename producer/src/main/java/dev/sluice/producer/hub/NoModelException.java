package dev.sluice.producer.hub;

/** The language model of a stream is not at hand; the message begins with {@code no model:} and says why. */
public final class NoModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoModelException(String why) {
        super("no model: " + why);
    }

    NoModelException(String why, Throwable cause) {
        super("no model: " + why, cause);
    }
}
