package dev.sluice.evaluator.metric;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How a metric is shown to people.
 *
 * @param label short name at the head of a column
 * @param format of its values
 * @param from the narrowest table that shows it at once
 */
public record Shown(
        String label,
        Format format,
        @JsonProperty("shown_from") Width from) {

    /** Tables from narrow to wide; each shows what a narrower one shows. */
    public enum Width {
        TERMINAL,
        PAGE,
        REPORT,
        /** The page shows it when it is asked to, the report in its last columns. */
        ON_DEMAND;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
