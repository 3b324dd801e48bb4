package dev.sluice.producer.publish;

/** Why publication must stop; the message names what was found, the rule, and the remedy. */
public final class PublishException extends RuntimeException {
    PublishException(String message) {
        super(message);
    }

    PublishException(String message, Throwable cause) {
        super(message, cause);
    }
}
