package dev.sluice.trainer.checkpoint;

/** Another process owns the variant now: drop it, write nothing more. */
public final class FencedException extends RuntimeException {
    FencedException(String variant, Throwable cause) {
        super("variant " + variant + " has another owner now", cause);
    }
}
