package dev.sluice.evaluator.metric;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * One metric of a language model's run with activations replaced: a line of {@link ModelTable}. As JSON it has the form
 * of a {@link Metric}.
 *
 * @param name in results, the API and the report, in snake_case
 * @param meaning in a few words
 * @param unit of its values
 * @param formula over sums
 * @param better which way it should go
 * @param shown how it is shown
 */
public record ModelMetric(
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
        /** Null where the metric says nothing; {@code sums} has at least one position. */
        @Nullable
        Double of(ModelSums sums);
    }

    /** Name of the gauge for Prometheus, e.g. {@code sluice_eval_ce_recovered_ratio}. */
    @JsonProperty("prometheus")
    public String prometheusName() {
        return unit.appendTo(PREFIX + name);
    }

    /** Help of the gauge for Prometheus. */
    @JsonIgnore
    public String prometheusHelp() {
        return meaning + ", newest checkpoint that was scored through the model.";
    }
}
