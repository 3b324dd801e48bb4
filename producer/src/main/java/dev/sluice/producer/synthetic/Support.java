package dev.sluice.producer.synthetic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How many features are active in a row. */
public enum Support {
    /** The same number in every row. */
    @JsonProperty("exact")
    EXACT,
    /** Each feature is active with its own probability; the number is met on average. */
    @JsonProperty("bernoulli")
    BERNOULLI
}
