package dev.sluice.evaluator.scoring;

/** A checkpoint cannot be scored; the cause says why. */
public final class ScoringException extends RuntimeException {
    ScoringException(String message, Throwable cause) {
        super(message, cause);
    }
}
