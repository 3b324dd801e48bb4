package dev.sluice.evaluator.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which way a metric should go; {@link #NEITHER} where the best value lies between, or depends on the use. */
public enum Better {
    LOWER,
    HIGHER,
    NEITHER;

    @JsonValue
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
