package dev.sluice.evaluator.metric;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a metric counts. Activations have no unit of their own: their size is that of the model. */
public enum Unit {
    RATIO("ratio", "_ratio"),
    LATENTS("latents", "_latents"),
    NATS("nats", "_nats"),
    ACTIVATION("activation", ""),
    SQUARED_ACTIVATION("activation²", "");

    private static final String FRACTION = "_fraction";

    private final String word;
    private final String suffix;

    Unit(String word, String suffix) {
        this.word = word;
        this.suffix = suffix;
    }

    @JsonValue
    String word() {
        return word;
    }

    /** The name of a Prometheus metric ends with its unit, once; a fraction is a ratio there. */
    String appendTo(String name) {
        String stem = name.endsWith(FRACTION) ? name.substring(0, name.length() - FRACTION.length()) : name;
        return stem.endsWith(suffix) ? stem : stem + suffix;
    }
}
