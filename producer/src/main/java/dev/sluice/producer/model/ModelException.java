package dev.sluice.producer.model;

/** A model folder that cannot be used, or a hook point or input that the model does not have. */
public final class ModelException extends RuntimeException {
    ModelException(String message) {
        super(message);
    }

    ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
