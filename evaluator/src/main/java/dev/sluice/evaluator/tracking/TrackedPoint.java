package dev.sluice.evaluator.tracking;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Dead;
import dev.sluice.evaluator.contract.RollingMetrics.Series;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.trainer.contract.FiringDensity;
import dev.sluice.trainer.contract.Measurement;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tracker gets of one window or one score.
 *
 * @param of whose it is
 * @param split prequential, seen, heldout, summary, or {@code final} for the score of the last checkpoint
 * @param tokens trained
 * @param atMillis of the last measurement in it, since 1970: the only time that a tracker gets
 * @param scalars by tag, over rows of class rest; the first is always there
 * @param density how often latents fire; null if not measured
 * @param again true if the same score may have been a mark's before
 */
record TrackedPoint(
        Series of,
        String split,
        long tokens,
        long atMillis,
        Map<String, Double> scalars,
        @Nullable FiringDensity density,
        boolean again) {
    static final String FINAL = "final";

    /** By series, tokens, and time. */
    static final Comparator<TrackedPoint> ORDER = Comparator.comparing((TrackedPoint point) -> point.of.name())
            .thenComparingInt(point -> point.of.generation())
            .thenComparingLong(TrackedPoint::tokens)
            .thenComparingLong(TrackedPoint::atMillis)
            .thenComparing(TrackedPoint::split);

    private static final double MILLIS_PER_SECOND = 1000;

    /** None while a window is open. The score of the last checkpoint also ends the curve of the others. */
    static List<TrackedPoint> of(RollingMetrics metrics, MetricTable table) {
        if (metrics.span().partial()) {
            return List.of();
        }
        TrackedPoint point = of(metrics, metrics.split(), table);
        return metrics.split().equals(Measurement.HELDOUT) && metrics.span().last()
                ? List.of(point, of(metrics, FINAL, table))
                : List.of(point);
    }

    private static TrackedPoint of(RollingMetrics metrics, String split, MetricTable table) {
        return new TrackedPoint(
                metrics.of(),
                split,
                metrics.span().toTokens(),
                metrics.atMillis(),
                scalars(metrics, split, table),
                metrics.figures().density(),
                split.equals(Measurement.HELDOUT) && metrics.span().last());
    }

    private static Map<String, Double> scalars(RollingMetrics metrics, String split, MetricTable table) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        Dead dead = metrics.figures().dead();
        scalars.put(split + "/" + MetricTable.DEAD.name(), dead.deadFraction());
        if (dead.deadFractionLong() != null) {
            scalars.put(split + "/" + MetricTable.DEAD.name() + "_long", dead.deadFractionLong());
        }
        for (Metric metric : table.metrics()) {
            Double value = metric.of(metrics.rest());
            if (value != null) {
                scalars.put(split + "/" + metric.name(), value);
            }
        }
        metrics.figures().losses().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(loss -> scalars.put(
                        (split.equals(RollingMetrics.SUMMARY) ? "summary-losses/" : "losses/") + loss.getKey(),
                        loss.getValue()));
        return scalars;
    }

    /** The tag that is always there. */
    String firstTag() {
        return scalars.keySet().iterator().next();
    }

    /** Seconds since 1970. */
    double wallTime() {
        return atMillis / MILLIS_PER_SECOND;
    }
}
