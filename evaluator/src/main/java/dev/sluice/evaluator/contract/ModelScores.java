package dev.sluice.evaluator.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a {@link JobResult} through the language model: what a dictionary's reconstructions do to its
 * predictions, and what other replacements do.
 *
 * @param model that was run
 * @param scope of the figures
 * @param references cross-entropy, KL and top-1 agreement of the runs that do not depend on a dictionary: {@code
 *     original}, {@code zero}, {@code mean}, {@code resample}
 * @param views by their names
 */
public record ModelScores(
        Model model, Scope scope, Map<String, Map<String, Double>> references, Map<String, View> views) {
    public static final String ORIGINAL = "original";
    public static final String ZERO = "zero";
    public static final String MEAN = "mean";
    public static final String RESAMPLE = "resample";

    public ModelScores {
        references = new TreeMap<>(references);
        views = new TreeMap<>(views);
    }

    /**
     * @param name readable
     * @param revision digest of config and weights, or commit at the hub
     * @param dtype of its linear maps; null for F32
     * @param hook where activations are replaced
     */
    public record Model(
            String name, String revision, @Nullable String dtype, String hook) {}

    /**
     * @param replaced rows that are replaced, in every run: {@code rest} or {@code all}; the others keep their values
     * @param scored rows whose predictions count, if a token follows in the window: {@code rest} or {@code all}
     * @param tokens that were predicted
     * @param documents that these are of
     */
    public record Scope(String replaced, String scored, long tokens, int documents) {}

    /**
     * @param metrics by their names; one that says nothing is left out
     * @param intervals 95 % from the bootstrap over documents, lower and upper end, by the names of metrics
     */
    public record View(Map<String, Double> metrics, Map<String, List<Double>> intervals) {
        public View {
            metrics = new TreeMap<>(metrics);
            intervals = new TreeMap<>(intervals);
        }
    }

    /** The scores that a result carries; null if it carries none, or is another job's. */
    public static @Nullable ModelScores of(JobResult result) {
        JsonNode figures = result.outcome().figures();
        return figures == null || !result.key().job().equals(JobResult.THROUGH_MODEL)
                ? null
                : Json.mapper().convertValue(figures, ModelScores.class);
    }
}
