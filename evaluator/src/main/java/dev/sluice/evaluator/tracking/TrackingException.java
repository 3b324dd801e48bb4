package dev.sluice.evaluator.tracking;

/** Nothing more can be written to a tracker; the message says why. */
final class TrackingException extends RuntimeException {
    TrackingException(String message) {
        super(message);
    }

    TrackingException(String message, Throwable cause) {
        super(message, cause);
    }
}
