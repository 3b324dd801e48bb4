package dev.sluice.evaluator.report;

import dev.sluice.evaluator.contract.TruthFigures.Histogram;
import dev.sluice.evaluator.contract.TruthFigures.Latents;
import dev.sluice.evaluator.contract.TruthFigures.View;
import dev.sluice.evaluator.report.Report.Entry;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * How the latents of each series fire on a synthetic stream, as SVG: a row for each, with the histograms of frequencies
 * and of mean codes, and how many of the true features it has found. It follows the reader's light or dark.
 */
public final class FeaturesChart {
    private static final int WIDTH = 860;
    private static final int HEAD = 76;
    private static final int ROW = 150;
    private static final int PLOT = 84;
    private static final int LEFT = 48;
    private static final int PANEL = 360;
    private static final int GAP = 60;

    private static final String STYLE = """
            svg{--bg:#fff;--ink:#141a22;--dim:#5a6471;--grid:#dfe3e9}
            @media(prefers-color-scheme:dark){svg{--bg:#151a21;--ink:#e8edf3;--dim:#95a1b0;--grid:#262d37}}
            text{font:12px system-ui,sans-serif;fill:var(--dim)}.title{font-size:16px;font-weight:600;fill:var(--ink)}.name{fill:var(--ink);font-weight:600}
            path.bars{fill:currentColor}path.axis{stroke:var(--dim);fill:none}
            """;

    private FeaturesChart() {}

    public static String svg(Report report) {
        List<Entry> known = report.variants().stream()
                .filter(FeaturesChart::hasLatents)
                .sorted(Comparator.comparingDouble(FeaturesChart::order).thenComparing(Entry::id))
                .toList();
        int height = HEAD + ROW * Math.max(1, known.size());
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"How latents fire, and what they have found\">",
                WIDTH,
                height);
        add(svg, "<style>%s%s</style>", STYLE, colours(known));
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"var(--bg)\"/>", WIDTH, height);
        text(svg, LEFT, 28, "title", "What each dictionary has found of the known features");
        text(svg, LEFT, 50, "", "latents by the share of held-out rows on which they fire");
        text(svg, LEFT + PANEL + GAP, 50, "", "latents by the mean of their codes where they fire");
        for (int i = 0; i < known.size(); i++) {
            row(svg, known.get(i), HEAD + i * ROW);
        }
        return svg.append("</svg>\n").toString();
    }

    /** Of the families that are drawn: the reader's theme is not known here. */
    private static String colours(List<Entry> entries) {
        StringBuilder light = new StringBuilder();
        StringBuilder dark = new StringBuilder();
        for (String kind : new TreeSet<>(entries.stream().map(Entry::kind).toList())) {
            light.append(format(".%s{color:%s}", kind, FamilyStyle.of(kind).light()));
            dark.append(format(".%s{color:%s}", kind, FamilyStyle.of(kind).dark()));
        }
        return format("%s%n@media(prefers-color-scheme:dark){%s}", light, dark);
    }

    private static boolean hasLatents(Entry entry) {
        View truth = entry.results().truth();
        return truth != null && truth.latents() != null;
    }

    private static double order(Entry entry) {
        View truth = entry.results().truth();
        return truth == null ? 0 : -truth.found().recallMmcs();
    }

    private static void row(StringBuilder svg, Entry entry, int top) {
        View truth = entry.results().truth();
        Latents latents = truth == null ? null : truth.latents();
        if (truth == null || latents == null) {
            return;
        }
        text(svg, LEFT, top + 12, "name", entry.id());
        String found = format(
                "%.0f %% of the features at cosine 0.9, MCC %.3f; %,d of %,d latents alive, %,d above 1 %%",
                100 * truth.found().recall(),
                truth.found().mcc(),
                latents.alive(),
                latents.count(),
                latents.frequent());
        end(svg, LEFT + 2 * PANEL + GAP, top + 12, found);
        bars(svg, latents.frequencies(), LEFT, top + 26, entry.kind(), true);
        bars(svg, latents.meanCodes(), LEFT + PANEL + GAP, top + 26, entry.kind(), false);
    }

    private static void bars(
            StringBuilder svg, Histogram histogram, int left, int top, String kind, boolean logarithmic) {
        List<Integer> counts = histogram.counts();
        int most = Math.max(1, Collections.max(counts));
        double step = (double) PANEL / counts.size();
        int base = top + PLOT;
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                double high = Math.max(1, (double) PLOT * counts.get(i) / most);
                path.append(format("M%.1f %dv-%.1fh%.1fv%.1fz", left + i * step, base, high, step - 1, high));
            }
        }
        add(svg, "<path class=\"bars %s\" d=\"%s\"/>", kind, path);
        add(svg, "<path class=\"axis\" d=\"M%d %dh%d\"/>", left, base, PANEL);
        end(svg, left - 6, top + 8, format("%,d", most));
        text(svg, left, base + 15, "", edge(histogram.edges().get(0), logarithmic));
        end(svg, left + PANEL, base + 15, edge(histogram.edges().get(counts.size()), logarithmic));
    }

    private static String edge(double value, boolean logarithmic) {
        if (logarithmic) {
            return value == 0 ? "1" : format("10^%.0f", value);
        }
        return value == 0 ? "0" : format("%.3g", value);
    }

    private static void end(StringBuilder svg, double x, double y, String text) {
        add(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", x, y, escape(text));
    }

    private static void text(StringBuilder svg, double x, double y, String style, String text) {
        add(svg, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>", x, y, style, escape(text));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(format(format, values)).append('\n');
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
