package dev.sluice.evaluator.report;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How good every dictionary became on one stream: the same JSON on the page and in the report's file.
 *
 * @param stream id
 * @param tokens train rows of the stream
 * @param heldoutTokens held-out rows of the stream
 * @param variants one entry per series, by name
 * @param throughModel what scores through the model are of; null before the first
 */
public record Report(
        String stream,
        long tokens,
        long heldoutTokens,
        List<Entry> variants,
        @Nullable ThroughModel throughModel) {
    public Report {
        variants = variants.stream().sorted(Comparator.comparing(Entry::id)).toList();
    }

    /** One series; in JSON the members of its parts stand side by side. */
    public record Entry(
            @JsonUnwrapped Name name,
            @JsonUnwrapped Membership membership,
            @JsonUnwrapped Size size,
            @JsonUnwrapped Results results) {
        public String id() {
            return name.id();
        }

        String kind() {
            return name.kind();
        }

        @Nullable
        Figures prequential() {
            return results.prequential();
        }

        @Nullable
        Figures heldoutRest() {
            return results.heldoutRest();
        }
    }

    /**
     * @param id name of the series
     * @param variant id
     * @param view of the learner, empty for its only one
     * @param kind of the dictionary
     */
    public record Name(String id, String variant, String view, String kind) {}

    /**
     * Of a variant in its group.
     *
     * @param group of variants that are compared with each other; null for none
     * @param varied in what it differs from the others of its group, by the keys of variant files
     */
    public record Membership(@Nullable String group, Map<String, JsonNode> varied) {}

    /**
     * @param tokens trained
     * @param latents n
     * @param parameters that are learned
     */
    public record Size(long tokens, int latents, long parameters) {}

    /**
     * @param prequential the last fifth of the first pass, all rows; null while that pass runs
     * @param prequentialLosses of training on those batches, each before its update: their sum and its parts by name
     * @param heldout by the newest scored checkpoint, all rows; null before the first
     * @param heldoutRest the same over class rest
     * @param throughModel by the newest checkpoint that was scored through the model; null before the first
     * @param truth how much of a synthetic stream's dictionary was found; null for other streams
     */
    public record Results(
            @Nullable Figures prequential,
            Map<String, Double> prequentialLosses,
            @Nullable Figures heldout,
            @Nullable Figures heldoutRest,
            ModelScores.@Nullable View throughModel,
            TruthFigures.@Nullable View truth) {}

    /**
     * What scores through the model are of.
     *
     * @param model that was run; null if there is none
     * @param scope rows that were replaced and scored; null if there is none
     * @param references runs that do not depend on a dictionary
     * @param missing why there are no scores, or whose are not shown; null if there are all
     */
    public record ThroughModel(
            ModelScores.@Nullable Model model,
            ModelScores.@Nullable Scope scope,
            Map<String, Map<String, Double>> references,
            @Nullable String missing) {
        /** What one checkpoint's scores are of. */
        public static ThroughModel of(ModelScores scores) {
            return new ThroughModel(scores.model(), scores.scope(), scores.references(), null);
        }

        /** Whether its scores may stand beside others: the same model, and the same rows replaced and scored. */
        public boolean isLike(ThroughModel other) {
            return Objects.equals(model, other.model) && Objects.equals(scope, other.scope);
        }

        /** The same, of which these series or runs have no part. */
        public ThroughModel without(String others) {
            String said = "scored on other rows or by another model, and so not shown: " + others;
            return new ThroughModel(model, scope, references, missing == null ? said : missing + "; " + said);
        }
    }

    /**
     * @param metrics by their names, members of the same object in JSON; null for one that cannot be measured
     * @param deadFraction latents silent on all of these rows, whatever their class
     */
    public record Figures(@JsonAnyGetter Map<String, @Nullable Double> metrics, double deadFraction) {
        /** The value of a metric; null if there is none. */
        public @Nullable Double of(Metric metric) {
            return metrics.get(metric.name());
        }
    }

    /** The same with other series, and what their scores through the model are of. */
    Report with(List<Entry> entries, @Nullable ThroughModel of) {
        return new Report(stream, tokens, heldoutTokens, entries, of);
    }

    /** The entries by held-out FVU over class rest, best first; those without one last. */
    List<Entry> ranked() {
        return variants.stream()
                .sorted(Comparator.comparingDouble(Report::rank).thenComparing(Entry::id))
                .toList();
    }

    private static double rank(Entry entry) {
        Figures rest = entry.heldoutRest();
        Double fvu = rest == null ? null : rest.of(MetricTable.FVU);
        return fvu == null ? Double.MAX_VALUE : fvu;
    }
}
