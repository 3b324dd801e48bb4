package dev.sluice.producer.block;

/** Why publication must stop; the message names what was found, the rule, and the remedy. */
public final class PublishException extends RuntimeException {
    public PublishException(String message) {
        super(message);
    }

    public PublishException(String message, Throwable cause) {
        super(message, cause);
    }
}
