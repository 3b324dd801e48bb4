package dev.sluice.producer.tensor;

import org.jspecify.annotations.Nullable;

/** Bytes that are not a valid safetensors file, or a tensor that is not what the caller needs. */
public final class SafetensorsException extends RuntimeException {
    private final @Nullable String tensor;

    SafetensorsException(String rule) {
        super("safetensors: " + rule);
        this.tensor = null;
    }

    SafetensorsException(String rule, Throwable cause) {
        super("safetensors: " + rule, cause);
        this.tensor = null;
    }

    SafetensorsException(String tensor, String rule) {
        super("safetensors: tensor '" + tensor + "': " + rule);
        this.tensor = tensor;
    }

    /** The tensor at fault, or null if it is the file as a whole. */
    public @Nullable String tensor() {
        return tensor;
    }
}
