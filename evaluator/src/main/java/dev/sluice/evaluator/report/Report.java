package dev.sluice.evaluator.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How good every dictionary became on one stream: the same JSON on the page and in the report's file.
 *
 * @param stream id
 * @param tokens train rows of the stream
 * @param heldoutTokens held-out rows of the stream
 * @param variants one entry per series, by name
 */
public record Report(String stream, long tokens, long heldoutTokens, List<Entry> variants) {
    public Report {
        variants = variants.stream().sorted(Comparator.comparing(Entry::id)).toList();
    }

    /**
     * One series.
     *
     * @param id name of the series
     * @param variant id
     * @param view of the learner, empty for its only one
     * @param kind of the dictionary
     * @param group of variants that are compared with each other; null for none
     * @param varied in what it differs from the others of its group, by the keys of variant files
     * @param tokens trained
     * @param latents n
     * @param parameters that are learned
     * @param prequential the last fifth of the first pass, all rows; null while that pass runs
     * @param prequentialLosses of training on those batches, each before its update: their sum and its parts by name
     * @param heldout by the newest scored checkpoint, all rows; null before the first
     * @param heldoutRest the same over class rest
     */
    public record Entry(
            String id,
            String variant,
            String view,
            String kind,
            @Nullable String group,
            Map<String, JsonNode> varied,
            long tokens,
            int latents,
            long parameters,
            @Nullable Figures prequential,
            Map<String, Double> prequentialLosses,
            @Nullable Figures heldout,
            @Nullable Figures heldoutRest) {

        /**
         * @param summary of the first pass
         * @param heldout of the newest scored checkpoint
         */
        public static Entry of(
                RollingMetrics any,
                Membership membership,
                long tokens,
                long parameters,
                @Nullable RollingMetrics summary,
                @Nullable RollingMetrics heldout) {
            return new Entry(
                    any.series(),
                    any.variant(),
                    any.view(),
                    any.kind(),
                    membership.group(),
                    membership.varied(),
                    tokens,
                    any.latents(),
                    parameters,
                    summary == null ? null : Figures.of(summary.all(), summary.deadFraction()),
                    summary == null ? Map.of() : summary.losses(),
                    heldout == null ? null : Figures.of(heldout.all(), heldout.deadFraction()),
                    heldout == null ? null : Figures.of(heldout.rest(), heldout.deadFraction()));
        }
    }

    /**
     * Of a variant in its group.
     *
     * @param group null for none
     * @param varied see {@link Entry#varied}
     */
    public record Membership(@Nullable String group, Map<String, JsonNode> varied) {}

    /**
     * @param mse squared error per element
     * @param sse squared error per token
     * @param fvu fraction of variance unexplained, null without variance
     * @param l0 active latents per token
     * @param deadFraction latents silent on all of these rows, whatever their class
     */
    public record Figures(double mse, double sse, @Nullable Double fvu, double l0, double deadFraction) {
        static Figures of(Values values, double deadFraction) {
            return new Figures(values.mse(), values.sse(), values.fvu(), values.l0(), deadFraction);
        }
    }

    /** The entries by held-out FVU over class rest, best first; those without one last. */
    List<Entry> ranked() {
        return variants.stream()
                .sorted(Comparator.comparingDouble(Report::rank).thenComparing(Entry::id))
                .toList();
    }

    private static double rank(Entry entry) {
        Figures rest = entry.heldoutRest();
        Double fvu = rest == null ? null : rest.fvu();
        return fvu == null ? Double.MAX_VALUE : fvu;
    }
}
