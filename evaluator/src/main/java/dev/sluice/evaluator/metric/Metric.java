package dev.sluice.evaluator.metric;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import org.jspecify.annotations.Nullable;

/**
 * One metric: a line of the table, from which all that is published or shown of it follows. As JSON it is what the page
 * knows of it.
 *
 * @param name in topics, the API and the report, in snake_case
 * @param meaning in a few words; Prometheus's help and the page's hint begin with it
 * @param unit of its values
 * @param formula over sums
 * @param better which way it should go
 * @param shown how it is shown
 */
public record Metric(
        String name,
        String meaning,
        Unit unit,
        @JsonIgnore Formula formula,
        Better better,
        @JsonUnwrapped Shown shown) {
    private static final String PREFIX = "sluice_eval_";

    /** A quotient of sums. */
    @FunctionalInterface
    public interface Formula {
        /** Null where the metric cannot be measured; {@code sums} has at least one row. */
        @Nullable
        Double of(Sums sums);
    }

    /** The value that was measured; null if there is none. */
    public @Nullable Double of(Values values) {
        return values.metrics().get(name);
    }

    /** Name of the gauge for Prometheus, e.g. {@code sluice_eval_fvu_ratio}. */
    @JsonProperty("prometheus")
    public String prometheusName() {
        return unit.appendTo(PREFIX + name);
    }

    /** Help of the gauge for Prometheus. */
    @JsonIgnore
    public String prometheusHelp() {
        return meaning + " over the newest window.";
    }
}
