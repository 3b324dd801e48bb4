package dev.sluice.producer.engine;

/** A TorchScript program that cannot be loaded, or a call that failed; names the program and the method. */
public final class TorchException extends RuntimeException {
    TorchException(String message, Throwable cause) {
        super(message, cause);
    }

    TorchException(String message) {
        super(message);
    }
}
