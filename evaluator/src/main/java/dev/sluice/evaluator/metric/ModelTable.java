package dev.sluice.evaluator.metric;

import static dev.sluice.evaluator.metric.Shown.Width.ON_DEMAND;
import static dev.sluice.evaluator.metric.Shown.Width.PAGE;
import static dev.sluice.evaluator.metric.Shown.Width.REPORT;
import static dev.sluice.evaluator.metric.Shown.Width.TERMINAL;

import dev.sluice.evaluator.metric.Shown.Width;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of runs through a language model, a line each, in the order of columns. Their sums are divided here and
 * nowhere else, in float64. Over n scored positions, with p the original run's prediction of the next token and q the
 * prediction with activations replaced.
 */
public final class ModelTable {
    /** A share of less than this many nats per position would be a share of rounding. */
    private static final double LEAST_DIFFERENCE = 0.01;

    /** (CE of zeros - CE) / (CE of zeros - CE of the original): 1 for the original, 0 for zeros. */
    public static final ModelMetric CE_RECOVERED = new ModelMetric(
            "ce_recovered",
            "Share of the cross-entropy that zero ablation loses and the reconstruction keeps",
            Unit.RATIO,
            s -> recovered(s.excess(s.run()), s.excess(s.zero())),
            Better.HIGHER,
            new Shown("CE recovered", Format.FIGURE, TERMINAL));

    /** CE - CE of the original. */
    public static final ModelMetric CE_INCREASE = new ModelMetric(
            "ce_increase",
            "Cross-entropy per token that the reconstruction costs",
            Unit.NATS,
            s -> s.excess(s.run()),
            Better.LOWER,
            new Shown("ΔCE", Format.FIGURE, PAGE));

    /** Σ KL(p || q) / n. */
    public static final ModelMetric KL = new ModelMetric(
            "kl",
            "KL divergence per token from the original prediction to the one with the reconstruction",
            Unit.NATS,
            s -> s.run().kl() / s.positions(),
            Better.LOWER,
            new Shown("KL", Format.FIGURE, REPORT));

    /** 1 - KL / KL of zeros. */
    public static final ModelMetric KL_RECOVERED = new ModelMetric(
            "kl_recovered",
            "Share of zero ablation's KL divergence that the reconstruction avoids",
            Unit.RATIO,
            s -> recovered(s.run().kl() / s.positions(), s.zero().kl() / s.positions()),
            Better.HIGHER,
            new Shown("KL recovered", Format.FIGURE, REPORT));

    /** Positions with the same most likely next token / n. */
    public static final ModelMetric TOP1_AGREEMENT = new ModelMetric(
            "top1_agreement",
            "Share of positions whose most likely next token stays the same",
            Unit.RATIO,
            s -> s.run().agreement() / s.positions(),
            Better.HIGHER,
            new Shown("top-1", Format.FIGURE, REPORT));

    /** As {@link #CE_RECOVERED}, with the mean activation for zeros. */
    public static final ModelMetric CE_RECOVERED_MEAN = new ModelMetric(
            "ce_recovered_mean",
            "Share of the cross-entropy that mean ablation loses and the reconstruction keeps",
            Unit.RATIO,
            s -> recovered(s.excess(s.run()), s.excess(s.mean())),
            Better.HIGHER,
            new Shown("CE recovered, mean", Format.FIGURE, ON_DEMAND));

    /** Σ -log q(next token) / n. */
    public static final ModelMetric CROSS_ENTROPY = new ModelMetric(
            "cross_entropy",
            "Cross-entropy per token with the reconstruction",
            Unit.NATS,
            s -> s.run().crossEntropy() / s.positions(),
            Better.LOWER,
            new Shown("CE", Format.FIGURE, ON_DEMAND));

    private static final List<ModelMetric> METRICS =
            List.of(CE_RECOVERED, CE_INCREASE, KL, KL_RECOVERED, TOP1_AGREEMENT, CE_RECOVERED_MEAN, CROSS_ENTROPY);

    /** Names of the metrics that a run has by itself, also one that is an ablation or the original. */
    public static final Set<String> OF_A_REFERENCE = Set.of(CROSS_ENTROPY.name(), KL.name(), TOP1_AGREEMENT.name());

    private ModelTable() {}

    public static List<ModelMetric> metrics() {
        return METRICS;
    }

    /** Those that a table of some width shows at once. */
    public static List<ModelMetric> upTo(Width width) {
        return METRICS.stream()
                .filter(metric -> metric.shown().from().compareTo(width) <= 0)
                .toList();
    }

    /** Divides the sums: what says nothing is left out, and so is all without a position. */
    public static Map<String, Double> values(ModelSums sums) {
        Map<String, Double> values = new TreeMap<>();
        if (sums.run().positions() > 0) {
            for (ModelMetric metric : METRICS) {
                Double value = metric.formula().of(sums);
                if (value != null) {
                    values.put(metric.name(), value);
                }
            }
        }
        return values;
    }

    /** Every metric by its name, null where it says nothing. */
    public static Map<String, @Nullable Double> named(Map<String, Double> values) {
        Map<String, @Nullable Double> named = new LinkedHashMap<>();
        METRICS.forEach(metric -> named.put(metric.name(), values.get(metric.name())));
        return named;
    }

    /** 1 where nothing is lost, 0 where as much is lost as by the ablation; null if that loses next to nothing. */
    private static @Nullable Double recovered(double lost, double lostByAblation) {
        return lostByAblation < LEAST_DIFFERENCE ? null : 1 - lost / lostByAblation;
    }
}
