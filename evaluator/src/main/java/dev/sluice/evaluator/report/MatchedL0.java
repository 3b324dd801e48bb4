package dev.sluice.evaluator.report;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A figure of each family at the same numbers of active latents. Between the points of a family it is interpolated, linearly
 * in ln figure over ln L0; beyond its ends there is none. Series that differ in their seed alone are one point, their
 * mean. Of several points at one L0 the one with the least prequential error stands for its family: held-out
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

    static final String MEANING =
            "Between the points of a family interpolated on logarithmic scales; empty where it has none"
                    + " on both sides. In brackets the index bits per token, log2 C(latents, L0).";

    List<String> head() {
        return Stream.concat(Stream.of("family"), targets.stream().map(target -> "L0 " + target))
                .toList();
    }

    /**
     * A row for each family.
     *
     * @param shown what stands in a cell for a figure
     */
    List<List<String>> rows(DoubleUnaryOperator shown) {
        List<List<String>> rows = new ArrayList<>();
        families.forEach((family, cells) -> {
            List<String> row = new ArrayList<>(List.of(family));
            for (int i = 0; i < cells.size(); i++) {
                row.add(text(cells.get(i), targets.get(i), shown));
            }
            rows.add(row);
        });
        return rows;
    }

    private static String text(Cell cell, int l0, DoubleUnaryOperator shown) {
        Double figure = cell.figure();
        return figure == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.4f (%.0f)",
                        shown.applyAsDouble(figure),
                        IndexBits.of(Math.max(l0, cell.latents()), l0));
    }

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

    /** Of the series of a group that have both figures; none if their mean is not above 0, where there is no logarithm. */
    private static @Nullable Point point(List<Entry> group, Function<Entry, @Nullable Double> figure) {
        List<Entry> complete = group.stream()
                .filter(entry -> rest(entry, MetricTable.L0) != null && figure.apply(entry) != null)
                .toList();
        SeedGroups.Spread l0 = SeedGroups.spread(complete, entry -> rest(entry, MetricTable.L0));
        SeedGroups.Spread value = SeedGroups.spread(complete, figure);
        if (l0 == null || value == null || l0.mean() <= 0 || value.mean() <= 0) {
            return null;
        }
        SeedGroups.Spread error = SeedGroups.spread(complete, MatchedL0::error);
        return new Point(
                l0.mean(),
                value.mean(),
                error == null ? Double.MAX_VALUE : error.mean(),
                complete.get(0).size().latents());
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
