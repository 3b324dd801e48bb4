package dev.sluice.evaluator.report;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A figure of each family at the same numbers of active latents. Between the points of a family it is interpolated, linearly
 * in ln figure over ln L0; beyond its ends there is none. Series that differ in their seed alone are one point, their
 * geometric mean. Of several points at one L0 the one with the least prequential error stands for its family: held-out
 * rows do not choose.
 *
 * @param targets numbers of active latents: powers of two
 * @param families by name, their figures in the order of the targets
 */
record MatchedL0(List<Integer> targets, Map<String, List<Cell>> families) {
    /** An end counts up to this much beyond it: codes of k latents are a little less than k where one is 0. */
    private static final double TOLERANCE = 0.02;

    /**
     * @param figure null where the family has none
     * @param latents of the dictionary that is nearest
     */
    record Cell(@Nullable Double figure, int latents) {}

    private record Point(double l0, double figure, double error, int latents) {}

    /**
     * @param figure above 0 to be a point
     */
    static MatchedL0 of(SeedGroups seeds, Function<Entry, @Nullable Double> figure) {
        Map<String, List<Point>> points = new TreeMap<>(NaturalOrder.INSTANCE);
        for (List<Entry> group : seeds.groups()) {
            Point point = point(group, figure);
            if (point != null) {
                points.computeIfAbsent(family(group.get(0)), name -> new ArrayList<>())
                        .add(point);
            }
        }
        points.replaceAll((name, all) -> best(all));
        List<Integer> targets = targets(points);
        Map<String, List<Cell>> families = new LinkedHashMap<>();
        points.forEach((name, all) -> families.put(
                name, targets.stream().map(target -> cell(all, target)).toList()));
        return new MatchedL0(targets, families);
    }

    /** The kind, its view without the number in it, and the size of the dictionary, where that is not the view's. */
    private static String family(Entry entry) {
        String view = entry.name().view().replaceAll("-?\\d+$", "");
        return view.isEmpty() ? entry.kind() + ", " + entry.size().latents() + " latents" : entry.kind() + " " + view;
    }

    private static @Nullable Point point(List<Entry> group, Function<Entry, @Nullable Double> figure) {
        SeedGroups.Spread l0 = SeedGroups.spread(group, entry -> logarithm(rest(entry, MetricTable.L0)));
        SeedGroups.Spread value = SeedGroups.spread(group, entry -> logarithm(figure.apply(entry)));
        if (l0 == null || value == null) {
            return null;
        }
        SeedGroups.Spread error = SeedGroups.spread(group, MatchedL0::error);
        return new Point(
                Math.exp(l0.mean()),
                Math.exp(value.mean()),
                error == null ? Double.MAX_VALUE : error.mean(),
                group.get(0).size().latents());
    }

    private static @Nullable Double logarithm(@Nullable Double value) {
        return value == null || value <= 0 ? null : Double.valueOf(Math.log(value));
    }

    private static @Nullable Double error(Entry entry) {
        Figures prequential = entry.prequential();
        return prequential == null ? null : prequential.of(MetricTable.SSE);
    }

    static @Nullable Double rest(Entry entry, Metric metric) {
        Figures rest = entry.heldoutRest();
        return rest == null ? null : rest.of(metric);
    }

    /** By L0, one point for each. */
    private static List<Point> best(List<Point> all) {
        List<Point> kept = new ArrayList<>();
        all.stream().sorted(Comparator.comparingDouble(Point::l0)).forEach(point -> {
            Point before = kept.isEmpty() ? null : kept.get(kept.size() - 1);
            if (before == null || point.l0() > before.l0() * (1 + TOLERANCE)) {
                kept.add(point);
            } else if (point.error() < before.error()) {
                kept.set(kept.size() - 1, point);
            }
        });
        return kept;
    }

    private static List<Integer> targets(Map<String, List<Point>> points) {
        List<Integer> targets = new ArrayList<>();
        for (int target = 1; target > 0; target *= 2) {
            int wanted = target;
            if (points.values().stream().anyMatch(all -> cell(all, wanted).figure() != null)) {
                targets.add(target);
            }
        }
        return targets;
    }

    private static Cell cell(List<Point> points, int target) {
        Point below = null;
        for (Point point : points) {
            if (Math.abs(point.l0() / target - 1) <= TOLERANCE) {
                return new Cell(point.figure(), point.latents());
            }
            if (point.l0() > target) {
                return below == null ? new Cell(null, point.latents()) : between(below, point, target);
            }
            below = point;
        }
        return new Cell(null, below == null ? 0 : below.latents());
    }

    private static Cell between(Point below, Point above, int target) {
        double share = Math.log(target / below.l0()) / Math.log(above.l0() / below.l0());
        double figure = Math.exp((1 - share) * Math.log(below.figure()) + share * Math.log(above.figure()));
        return new Cell(figure, above.latents());
    }
}
