package dev.sluice.trainer.exchange;

import org.jspecify.annotations.Nullable;

/** A folder cannot be read as an SAE, or a dictionary cannot be written as one; says what, where and by which rule. */
public final class ExchangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExchangeException(String message) {
        this(message, null);
    }

    ExchangeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
