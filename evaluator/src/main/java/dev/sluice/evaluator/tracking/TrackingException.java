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
}
