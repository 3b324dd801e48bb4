package dev.sluice.producer.hub.net;

/** The hub did not answer, or not sensibly, however often it was asked: what is in the cache may serve instead. */
public final class UnreachableException extends HubException {

    private static final long serialVersionUID = 1L;

    public UnreachableException(String message) {
        super(message);
    }

    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
