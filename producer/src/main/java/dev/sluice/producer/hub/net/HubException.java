package dev.sluice.producer.hub.net;

/** What a user named cannot be had from the hub or the cache; the message says why and what to do. */
public class HubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HubException(String message) {
        super(message);
    }

    public HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
