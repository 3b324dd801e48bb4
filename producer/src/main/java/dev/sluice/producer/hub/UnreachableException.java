package dev.sluice.producer.hub;

/** The hub did not answer, or not sensibly, however often it was asked: what is in the cache may serve instead. */
final class UnreachableException extends HubException {

    private static final long serialVersionUID = 1L;

    UnreachableException(String message) {
        super(message);
    }

    UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
