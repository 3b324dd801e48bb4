package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.RollingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The points of one curve by window. A window's later look replaces the earlier one. It forgets every second old point
 * when there are too many, so memory stays bounded.
 */
final class Curve {
    private static final int MOST = 4096;
    private static final int SHOWN = 600;

    /** One window over class rest; {@code seq} says when it changed. */
    record Point(
            long seq,
            long tokens,
            long time,
            @Nullable Double fvu,
            double mse,
            double l0,
            @Nullable Double dead) {}

    private final TreeMap<Long, Point> points = new TreeMap<>();

    void put(long seq, RollingMetrics window, @Nullable Double dead) {
        // A window that a wide batch overshoots still stands where its open form stood.
        long tokens = Math.min(window.toTokens(), window.windowEnd());
        points.put(
                window.windowEnd(),
                new Point(
                        seq,
                        tokens,
                        window.atMillis(),
                        window.rest().fvu(),
                        window.rest().mse(),
                        window.rest().l0(),
                        dead));
        if (points.size() > MOST) {
            thin();
        }
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
