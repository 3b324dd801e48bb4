package dev.sluice.producer.service;

/** A topic that cannot be created or is not as the table of topics says. */
public final class TopicException extends RuntimeException {
    TopicException(String message) {
        super(message);
    }

    TopicException(String message, Throwable cause) {
        super(message, cause);
    }
}
