package dev.sluice.evaluator.job;

/** A checkpoint cannot be scored; the cause says why. */
public final class ScoringException extends RuntimeException {
    ScoringException(String message, Throwable cause) {
        super(message, cause);
    }
}
