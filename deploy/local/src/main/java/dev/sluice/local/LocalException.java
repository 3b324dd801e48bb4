package dev.sluice.local;

/** The run cannot start or go on; the message tells the user what, where and what to do. */
public final class LocalException extends RuntimeException {
    public LocalException(String message) {
        super(message);
    }

    public LocalException(String message, Throwable cause) {
        super(message, cause);
    }
}
