package dev.sluice.evaluator.tracking;

import org.jspecify.annotations.Nullable;

/** Nothing more can be written to a tracker; the message says why. */
final class TrackingException extends RuntimeException {
    TrackingException(String message) {
        super(message);
    }

    TrackingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What a fault says, or its name if it says nothing. */
    static String message(Exception fault) {
        return fault.getMessage() == null ? fault.toString() : fault.getMessage();
    }
}
