package dev.sluice.evaluator.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the job {@value #JOB}: how much of a synthetic stream's known dictionary the views of a checkpoint have
 * found. Null where there is nothing to divide by.
 *
 * @param features true ones, g
 * @param rows held-out rows that the firings were counted on
 * @param views by name
 */
public record TruthFigures(int features, long rows, Map<String, View> views) {
    /** Name of the job. */
    public static final String JOB = "known-truth";

    /**
     * One view, of m write directions of which some are alive: they fired on these rows.
     *
     * @param found how far directions agree
     * @param firing whether they fire with their features; null without rows
     * @param latents how they fire, whatever the truth; null without rows
     */
    public record View(
            Found found, @Nullable Firing firing, @Nullable Latents latents) {}

    /**
     * @param recallMmcs mean over features of the largest cosine of any direction with it
     * @param precisionMmcs mean over alive directions of the largest cosine with any feature
     * @param recall share of features with a direction of cosine 0.9 or more
     * @param precision share of alive directions with such a feature
     * @param uniqueness different features among the best ones of alive directions, over min(alive, g)
     * @param mcc mean cosine of the pairs
     * @param pairs of a feature and a direction, each used once
     * @param pairing {@code hungarian}, or {@code mutual-best} where there are more than 4,096 features or directions
     * @param chance what random directions would have
     */
    public record Found(
            double recallMmcs,
            @Nullable Double precisionMmcs,
            double recall,
            @Nullable Double precision,
            @Nullable Double uniqueness,
            double mcc,
            int pairs,
            String pairing,
            Chance chance) {}

    /**
     * Medians for uniform random directions.
     *
     * @param recall of the largest cosine of a feature with m directions
     * @param precision of the largest cosine of a direction with g features
     */
    public record Chance(double recall, double precision) {}

    /**
     * Firings of the paired directions against those of their features, all pairs together.
     *
     * @param precision share of the directions' firings at which the feature was active
     * @param recall share of the features' firings at which the direction fired
     * @param f1 harmonic mean of the two
     */
    public record Firing(
            @Nullable Double precision,
            @Nullable Double recall,
            @Nullable Double f1) {}

    /**
     * @param count m
     * @param alive directions that fired at all
     * @param frequent directions that fired on more than 1 % of the rows
     * @param perRow firings per row
     * @param meanCode mean over firings of |code| times the norm of its atom
     * @param frequencies log10 of the share of rows on which an alive direction fires
     * @param meanCodes mean of an alive direction's |code| times the norm of its atom, where it fires
     */
    public record Latents(
            int count,
            int alive,
            int frequent,
            double perRow,
            @Nullable Double meanCode,
            Histogram frequencies,
            Histogram meanCodes) {}

    /**
     * @param edges of the bins, ascending; one more than counts
     * @param counts of each bin; its lower edge belongs to it, and to the last its upper one too
     */
    public record Histogram(List<Double> edges, List<Integer> counts) {
        public Histogram {
            edges = List.copyOf(edges);
            counts = List.copyOf(counts);
        }
    }

    public TruthFigures {
        views = Map.copyOf(views);
    }

    /** What a result says; empty if it is of another job, failed, or has another version's figures. */
    public static Optional<TruthFigures> of(JobResult result) {
        JsonNode figures = result.outcome().figures();
        if (!result.key().job().equals(JOB) || figures == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().treeToValue(figures, TruthFigures.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
