package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Span;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.trainer.contract.DoubleVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The points of one curve by window. A window's later look replaces the earlier one. It forgets every second old point
 * when there are too many, so memory stays bounded.
 */
final class Curve {
    private static final int MOST = 4096;
    private static final int SHOWN = 600;

    /**
     * One window over class rest. {@code seq} says when it changed, {@code values} has the metrics in the order of the
     * table.
     */
    record Point(
            long seq,
            long tokens,
            long time,
            DoubleVector values,
            @Nullable Double dead) {
        @Nullable
        Double value(int metric) {
            double value = values.get(metric);
            return Double.isNaN(value) ? null : value;
        }
    }

    private final MetricTable table;
    private final TreeMap<Long, Point> points = new TreeMap<>();

    Curve(MetricTable table) {
        this.table = table;
    }

    void put(long seq, RollingMetrics window, @Nullable Double dead) {
        // A window that a wide batch overshoots still stands where its open form stood.
        Span span = window.span();
        long tokens = Math.min(span.toTokens(), span.windowEnd());
        points.put(span.windowEnd(), new Point(seq, tokens, window.atMillis(), values(window), dead));
        if (points.size() > MOST) {
            thin();
        }
    }

    /** NaN where there is none: thousands of points are kept for each series. */
    private DoubleVector values(RollingMetrics window) {
        return DoubleVector.of(table.metrics().stream()
                .mapToDouble(metric -> Objects.requireNonNullElse(metric.of(window.rest()), Double.NaN))
                .toArray());
    }

    private void thin() {
        boolean drop = true;
        for (Long window : new ArrayList<>(points.headMap(points.lastKey()).keySet())) {
            if (drop) {
                points.remove(window);
            }
            drop = !drop;
        }
    }

    /** The points that changed after {@code seq}, evenly thinned to what a screen can show; the newest is always in. */
    List<Point> since(long seq) {
        List<Point> changed =
                points.values().stream().filter(point -> point.seq() > seq).toList();
        if (changed.size() <= SHOWN) {
            return changed;
        }
        int stride = (changed.size() + SHOWN - 1) / SHOWN;
        List<Point> kept = new ArrayList<>();
        for (int i = (changed.size() - 1) % stride; i < changed.size(); i += stride) {
            kept.add(changed.get(i));
        }
        return kept;
    }
}
