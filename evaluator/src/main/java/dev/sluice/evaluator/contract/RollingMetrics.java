package dev.sluice.evaluator.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.FiringDensity;
import dev.sluice.trainer.contract.Measurement;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.metrics}: the metrics of one variant's view on one split over one window of tokens. This
 * is what users read, also from other tools; in JSON the members of {@code series}, {@code span} and {@code figures}
 * stand side by side. Key: {@code <series>/<generation>/<split>/<window end>}.
 *
 * @param version of this contract
 * @param of whose metrics they are
 * @param span which tokens they are of
 * @param figures what was measured
 * @param atMillis of the last measurement in the window
 */
public record RollingMetrics(
        int version,
        @JsonUnwrapped Series of,
        @JsonUnwrapped Span span,
        @JsonUnwrapped Figures figures,
        long atMillis) {
    public static final String SUMMARY = "summary";

    /**
     * A series: one view of one variant since it was last replayed.
     *
     * @param variant id
     * @param view of the learner, empty for its only one
     * @param generation 0 until replayed
     * @param stream id
     * @param kind of the dictionary
     * @param latents size of the dictionary
     */
    public record Series(String variant, String view, int generation, String stream, String kind, int latents) {
        /** Name of the view in reports and on the page. */
        @JsonProperty(value = "series", access = JsonProperty.Access.READ_ONLY)
        public String name() {
            return Measurement.series(variant, view);
        }
    }

    /**
     * Tokens of one split.
     *
     * @param split prequential, seen, heldout, or {@code summary} (prequential over the last fifth of the first pass)
     * @param windowEnd the window's name: tokens at which it ends unless the split ends before; the same while it is
     *     open
     * @param fromTokens trained before the first batch in the window
     * @param toTokens trained after the last batch in the window so far; for held-out the tokens of the checkpoint
     * @param partial the window is still open
     * @param last no further window of this split will come
     */
    public record Span(String split, long windowEnd, long fromTokens, long toTokens, boolean partial, boolean last) {}

    /**
     * What was measured.
     *
     * @param all metrics over every row
     * @param rest metrics over class rest; rankings use these
     * @param dead latents that stayed silent
     * @param density how often latents fire over every row; held-out only, null otherwise
     * @param losses means over the window's tokens, each batch before its update, by the rule of training
     */
    public record Figures(
            Values all,
            Values rest,
            @JsonUnwrapped Dead dead,
            @Nullable FiringDensity density,
            Map<String, Double> losses) {}

    /**
     * Silent latents.
     *
     * @param deadFraction latents silent in this window, as a share
     * @param deadFractionLong latents silent over the last {@code deadWindowTokens}, null until that many were seen
     * @param deadWindowTokens length of the longer window
     */
    public record Dead(double deadFraction, @Nullable Double deadFractionLong, long deadWindowTokens) {}

    /**
     * Metrics over rows, members of one JSON object beside {@code rows}. The evaluator's table of metrics says what each
     * one is; what cannot be measured is absent.
     *
     * @param rows measured
     * @param metrics by name
     */
    public record Values(long rows, Map<String, Double> metrics) {
        private static final String ROWS = "rows";

        public Values {
            metrics = Map.copyOf(metrics);
        }

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Values of(Map<String, JsonNode> members) {
            Map<String, Double> metrics = new TreeMap<>();
            members.forEach((name, value) -> {
                if (value.isNumber() && !name.equals(ROWS)) {
                    metrics.put(name, value.doubleValue());
                }
            });
            JsonNode rows = members.get(ROWS);
            return new Values(rows == null ? 0 : rows.asLong(), metrics);
        }

        @JsonValue
        Map<String, Number> members() {
            Map<String, Number> members = new TreeMap<>(metrics);
            members.put(ROWS, rows);
            return members;
        }
    }

    /** Key of the record. */
    public String key() {
        return of.name() + "/" + of.generation() + "/" + span.split() + "/" + span.windowEnd();
    }

    public String split() {
        return span.split();
    }

    /** Metrics over every row. */
    public Values all() {
        return figures.all();
    }

    /** Metrics over class rest. */
    public Values rest() {
        return figures.rest();
    }
}
