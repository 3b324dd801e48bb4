package dev.sluice.evaluator.metric;

import static dev.sluice.evaluator.metric.Shown.Width.ON_DEMAND;
import static dev.sluice.evaluator.metric.Shown.Width.PAGE;
import static dev.sluice.evaluator.metric.Shown.Width.REPORT;
import static dev.sluice.evaluator.metric.Shown.Width.TERMINAL;

import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.trainer.contract.LatentSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every metric over rows, a line each, in the order of columns. The evaluator divides sums here and nowhere else, in float64. With
 * rows x and their reconstructions x̂, n rows of width d, codes f and decoder rows w.
 */
public final class MetricTable {
    /** Σ ‖x - x̂‖² / (Σ ‖x‖² - ‖Σ x‖² / n), about the rows' own mean. Rankings use it. */
    public static final Metric FVU = new Metric(
            "fvu",
            "Fraction of variance unexplained",
            Unit.RATIO,
            MetricTable::fvu,
            Better.LOWER,
            new Shown("FVU", Format.FIGURE, TERMINAL));

    /** Σ ‖x - x̂‖² / (n d). */
    public static final Metric MSE = new Metric(
            "mse",
            "Squared error per element",
            Unit.SQUARED_ACTIVATION,
            s -> s.of().squaredError() / s.rows() / s.width(),
            Better.LOWER,
            new Shown("MSE", Format.FIGURE, PAGE));

    /** Σ ‖x - x̂‖² / n. The best of a group is chosen by it. */
    public static final Metric SSE = new Metric(
            "sse",
            "Squared error per token",
            Unit.SQUARED_ACTIVATION,
            s -> s.of().squaredError() / s.rows(),
            Better.LOWER,
            new Shown("SSE", Format.HUNDREDTH, REPORT));

    /** Codes that are not 0, per token. */
    public static final Metric L0 = new Metric(
            "l0",
            "Active latents per token",
            Unit.LATENTS,
            s -> s.of().active() / s.rows(),
            Better.LOWER,
            new Shown("L0", Format.TENTH, TERMINAL));

    /** Σ |f_j| ‖w_j‖, per token. */
    private static final Metric L1 = new Metric(
            "l1",
            "Absolute codes times the norms of their decoder rows, summed per token",
            Unit.ACTIVATION,
            s -> s.of().l1() / s.rows(),
            Better.NEITHER,
            new Shown("L1", Format.HUNDREDTH, ON_DEMAND));

    /** Mean of x·x̂ / (‖x‖ ‖x̂‖). */
    private static final Metric COSINE = new Metric(
            "cosine",
            "Mean cosine between an activation and its reconstruction",
            Unit.RATIO,
            s -> s.of().cosine() / s.rows(),
            Better.HIGHER,
            new Shown("cosine", Format.FIGURE, ON_DEMAND));

    /** Mean of ‖x̂‖ / ‖x‖. */
    private static final Metric NORM_RATIO = new Metric(
            "norm_ratio",
            "Mean ratio of a reconstruction's norm to its activation's",
            Unit.RATIO,
            s -> s.of().normRatio() / s.rows(),
            Better.NEITHER,
            new Shown("norm ratio", Format.FIGURE, ON_DEMAND));

    /** Σ ‖x̂‖² / Σ x·x̂: 1 without bias, below 1 where reconstructions shrink. */
    private static final Metric RECONSTRUCTION_BIAS = new Metric(
            "reconstruction_bias",
            "Relative reconstruction bias (below 1: reconstructions shrink)",
            Unit.RATIO,
            s -> s.of().dot() == 0 ? null : s.of().reconstructionSquaredNorm() / s.of().dot(),
            Better.NEITHER,
            new Shown("bias", Format.FIGURE, ON_DEMAND));

    /** Of latents, not of rows: the share that no row of a window activates. */
    public static final Metric DEAD = new Metric(
            "dead_fraction",
            "Share of latents that stayed silent",
            Unit.RATIO,
            s -> deadFraction(s.fired(), s.latents()),
            Better.LOWER,
            new Shown("dead", Format.PERCENT, TERMINAL));

    private static final MetricTable STANDARD =
            new MetricTable(List.of(FVU, MSE, SSE, L0, L1, COSINE, NORM_RATIO, RECONSTRUCTION_BIAS));

    private final List<Metric> metrics;

    private MetricTable(List<Metric> metrics) {
        this.metrics = List.copyOf(metrics);
    }

    /** The metrics of this version. */
    public static MetricTable standard() {
        return STANDARD;
    }

    /** This table with one line more. */
    public MetricTable with(Metric added) {
        return new MetricTable(Stream.concat(metrics.stream(), Stream.of(added)).toList());
    }

    public List<Metric> metrics() {
        return metrics;
    }

    /** Those that a table of some width shows at once. */
    public List<Metric> upTo(Shown.Width width) {
        return metrics.stream()
                .filter(metric -> metric.shown().from().compareTo(width) <= 0)
                .toList();
    }

    /** The others. */
    public List<Metric> beyond(Shown.Width width) {
        List<Metric> others = new ArrayList<>(metrics);
        others.removeAll(upTo(width));
        return others;
    }

    /** Divides the sums: what cannot be measured is left out, and so is all without a row. */
    public Values values(Sums sums) {
        Map<String, Double> measured = new TreeMap<>();
        if (sums.of().rows() > 0) {
            for (Metric metric : metrics) {
                Double value = metric.formula().of(sums);
                if (value != null) {
                    measured.put(metric.name(), value);
                }
            }
        }
        return new Values(sums.of().rows(), measured);
    }

    /** Every metric by its name, null where it was not measured; all null for no values. */
    public Map<String, @Nullable Double> named(@Nullable Values values) {
        Map<String, @Nullable Double> named = new LinkedHashMap<>();
        metrics.forEach(metric -> named.put(metric.name(), values == null ? null : metric.of(values)));
        return named;
    }

    /** {@link #DEAD} of a dictionary of which these latents fired. */
    public static double deadFraction(LatentSet fired, int latents) {
        return 1 - (double) fired.size() / latents;
    }

    private static @Nullable Double fvu(Sums sums) {
        OptionalDouble fvu = sums.of().fvu();
        return fvu.isPresent() ? fvu.getAsDouble() : null;
    }
}
