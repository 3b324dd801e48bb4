package dev.sluice.producer.synthetic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How long the directions of the true features are; all are uniform on the sphere. */
public enum Directions {
    /** Of norm 1. */
    @JsonProperty("unit")
    UNIT,
    /** Elements are standard normal, so the norm is about √width. */
    @JsonProperty("gaussian")
    GAUSSIAN
}
