package dev.sluice.evaluator.report;

import static java.util.Comparator.comparingDouble;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Held-out FVU against L0, both logarithmic, as SVG: the live page's colour and shape for each family, a dotted line
 * through the front, the line through PCA's largest coefficients per token as the one to beat, and a name at every point.
 * It follows the reader's light or dark.
 */
public final class ParetoChart {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 560;
    private static final int LEFT = 64;
    private static final int RIGHT = WIDTH - 150;
    private static final int TOP = 64;
    private static final int BOTTOM = HEIGHT - 52;
    private static final double LINE_HEIGHT = 13;
    private static final double CHARACTER_WIDTH = 6.2;

    private static final double RADIUS = 5.5;

    private static final String STYLE = """
            svg{--bg:#fff;--ink:#141a22;--dim:#5a6471;--grid:#dfe3e9}
            @media(prefers-color-scheme:dark){svg{--bg:#151a21;--ink:#e8edf3;--dim:#95a1b0;--grid:#262d37}}
            .mixed{color:var(--dim)}text{font:12px system-ui,sans-serif;fill:var(--dim)}.title{font-size:16px;font-weight:600;fill:var(--ink)}.label{fill:var(--ink);font-size:11px}
            path.mark{fill:currentColor;stroke:var(--bg);stroke-width:2;vector-effect:non-scaling-stroke;paint-order:stroke}
            """;

    private record Point(Entry entry, double l0, double height) {}

    /**
     * What stands upwards; lower is better.
     *
     * @param label of the axis
     * @param title below that of the drawing
     * @param of a series, null or not above 0 for none
     */
    record Height(String label, String title, Function<Entry, @Nullable Double> of) {
        static final Height FVU = new Height(
                "FVU",
                "held-out FVU against active latents per token; lower left is better",
                entry -> figure(entry, MetricTable.FVU));
    }

    private ParetoChart() {}

    public static String svg(Report report) {
        return svg(report, Height.FVU);
    }

    static String svg(Report report, Height height) {
        List<Point> points = points(report, height);
        ParetoScale x = ParetoScale.around(points.stream().mapToDouble(Point::l0), LEFT, RIGHT);
        ParetoScale y = ParetoScale.around(points.stream().mapToDouble(Point::height), BOTTOM, TOP);
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"Held-out %s against L0\">",
                WIDTH,
                HEIGHT,
                escape(height.label()));
        add(svg, "<style>%s%s</style>", STYLE, colours(points));
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"var(--bg)\"/>", WIDTH, HEIGHT);
        text(svg, LEFT, 28, "title", "start", "How good, at what price");
        text(svg, LEFT, 46, "", "start", height.title());
        axes(svg, height, x, y);
        line(svg, front(points), "front mixed", "stroke-width=\"1\" stroke-dasharray=\"2 4\"", x, y);
        reference(svg, points, x, y);
        groups(svg, points, x, y);
        points.forEach(point -> mark(svg, point, x, y));
        labels(svg, points, x, y);
        return svg.append("</svg>\n").toString();
    }

    /** Of the families that are drawn: the reader's theme is not known here. */
    private static String colours(List<Point> points) {
        StringBuilder light = new StringBuilder();
        StringBuilder dark = new StringBuilder();
        for (String kind :
                new TreeSet<>(points.stream().map(p -> p.entry().kind()).toList())) {
            FamilyStyle style = FamilyStyle.of(kind);
            light.append(format(".%s{color:%s}", kind, style.light()));
            dark.append(format(".%s{color:%s}", kind, style.dark()));
        }
        return format("%s%n@media(prefers-color-scheme:dark){%s}", light, dark);
    }

    private static List<Point> points(Report report, Height height) {
        List<Point> points = new ArrayList<>();
        for (Entry entry : report.variants()) {
            Double up = height.of().apply(entry);
            Double l0 = figure(entry, MetricTable.L0);
            if (up != null && l0 != null && up > 0 && l0 > 0) {
                points.add(new Point(entry, l0, up));
            }
        }
        return points;
    }

    private static @Nullable Double figure(Entry entry, Metric metric) {
        Figures rest = entry.heldoutRest();
        return rest == null ? null : rest.of(metric);
    }

    /** The points that no other one is better than in both. */
    private static List<Point> front(List<Point> points) {
        List<Point> front = new ArrayList<>();
        points.stream()
                .sorted(comparingDouble(Point::l0).thenComparingDouble(Point::height))
                .forEach(point -> {
                    if (front.isEmpty()
                            || point.height() < front.get(front.size() - 1).height()) {
                        front.add(point);
                    }
                });
        return front;
    }

    private static void axes(StringBuilder svg, Height height, ParetoScale x, ParetoScale y) {
        for (double tick : x.ticks()) {
            add(svg, "<path d=\"M%.1f %dV%d\" stroke=\"var(--grid)\"/>", x.at(tick), TOP, BOTTOM);
            text(svg, x.at(tick), BOTTOM + 18, "", "middle", number(tick));
        }
        for (double tick : y.ticks()) {
            add(svg, "<path d=\"M%d %.1fH%d\" stroke=\"var(--grid)\"/>", LEFT, y.at(tick), RIGHT);
            text(svg, LEFT - 8, y.at(tick) + 4, "", "end", number(tick));
        }
        text(svg, (LEFT + RIGHT) / 2.0, HEIGHT - 12, "", "middle", "L0");
        text(svg, LEFT - 8, TOP - 6, "", "end", height.label());
    }

    private static void reference(StringBuilder svg, List<Point> points, ParetoScale x, ParetoScale y) {
        List<Point> line = points.stream()
                .filter(point -> point.entry().kind().equals("pca")
                        && point.entry().name().view().startsWith("per-token"))
                .toList();
        line(svg, line, "pca", "stroke-width=\"2\"", x, y);
    }

    /** A thin line for each; the PCA has its own. */
    private static void groups(StringBuilder svg, List<Point> points, ParetoScale x, ParetoScale y) {
        Map<String, List<Point>> byName = new TreeMap<>();
        for (Point point : points) {
            String group = point.entry().membership().group();
            if (group != null && !point.entry().kind().equals("pca")) {
                byName.computeIfAbsent(group, name -> new ArrayList<>()).add(point);
            }
        }
        byName.values().forEach(members -> {
            Set<String> kinds =
                    members.stream().map(point -> point.entry().kind()).collect(Collectors.toSet());
            String style = kinds.size() == 1 ? kinds.iterator().next() : "mixed";
            line(svg, members, "group " + style, "stroke-width=\"1.3\" stroke-opacity=\".45\"", x, y);
        });
    }

    /** Through points by their L0; nothing for fewer than two. */
    private static void line(
            StringBuilder svg, List<Point> points, String style, String stroke, ParetoScale x, ParetoScale y) {
        if (points.size() < 2) {
            return;
        }
        String path = points.stream()
                .sorted(comparingDouble(Point::l0))
                .map(point -> format("%.1f %.1f", x.at(point.l0()), y.at(point.height())))
                .collect(Collectors.joining("L"));
        add(svg, "<path class=\"%s\" d=\"M%s\" fill=\"none\" stroke=\"currentColor\" %s/>", style, path, stroke);
    }

    private static void mark(StringBuilder svg, Point point, ParetoScale x, ParetoScale y) {
        add(
                svg,
                "<path class=\"mark %s\" d=\"%s\" transform=\"translate(%.1f %.1f) scale(%s)\"/>",
                point.entry().kind(),
                FamilyStyle.of(point.entry().kind()).shape(),
                x.at(point.l0()),
                y.at(point.height()),
                RADIUS);
    }

    /** From top to bottom, each name goes right of its point, and down until it hides no earlier name. */
    private static void labels(StringBuilder svg, List<Point> points, ParetoScale x, ParetoScale y) {
        List<double[]> taken = new ArrayList<>();
        points.stream().sorted(comparingDouble(point -> y.at(point.height()))).forEach(point -> {
            String name = point.entry().id();
            double left = x.at(point.l0()) + 10;
            double baseline = y.at(point.height()) + 4;
            double right = left + name.length() * CHARACTER_WIDTH;
            for (double[] other : taken) {
                if (left < other[1] && right > other[0] && Math.abs(baseline - other[2]) < LINE_HEIGHT) {
                    baseline = other[2] + LINE_HEIGHT;
                }
            }
            taken.add(new double[] {left, right, baseline});
            text(svg, left, baseline, "label", "start", name);
        });
    }

    private static void text(StringBuilder svg, double x, double y, String style, String anchor, String text) {
        add(
                svg,
                "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s</text>",
                x,
                y,
                style,
                anchor,
                escape(text));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String number(double value) {
        return value >= 1 ? format("%.0f", value) : format("%s", value).replaceAll("(\\.\\d*?[1-9])0{3,}.*", "$1");
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(format(format, values)).append('\n');
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
