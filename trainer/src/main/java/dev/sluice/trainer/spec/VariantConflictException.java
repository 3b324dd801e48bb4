package dev.sluice.trainer.spec;

/** Another spec is already known under the id of a variant; the message names what differs. */
public final class VariantConflictException extends RuntimeException {
    VariantConflictException(String message) {
        super(message);
    }
}
