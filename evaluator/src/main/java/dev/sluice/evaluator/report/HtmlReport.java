package dev.sluice.evaluator.report;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.Shown.Width;
import dev.sluice.evaluator.report.Report.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The report of one or several runs as one file: no scripts, nothing from elsewhere, plots as SVG. Runs of one stream are
 * compared with each other.
 */
public final class HtmlReport {
    private static final String NONE = "";

    /** SVG's own rules are for the whole page, so the page has the same for its text. */
    private static final String STYLE = """
            :root{color-scheme:light dark}
            body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem}
            .wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
            th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #8884;white-space:nowrap}
            .text{text-align:left}svg{max-width:860px;width:100%;height:auto}pre{white-space:pre-wrap}
            """;

    private HtmlReport() {}

    /**
     * @param runs in the order in which their streams are shown
     * @param table of the metrics
     */
    public static String of(List<ReportedRun> runs, MetricTable table) {
        Html html = new Html()
                .raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width\">")
                .element("title", "How good the dictionaries are")
                .element("style", STYLE)
                .raw("</head>\n<body>")
                .element("h1", "How good the dictionaries are");
        if (runs.isEmpty()) {
            html.element("p", "No stream has begun yet.");
        }
        MergedRuns.of(runs).forEach(merged -> stream(html, merged, table));
        return html.raw("</body>\n</html>").toString();
    }

    private static void stream(Html html, MergedRuns merged, MetricTable table) {
        Report report = merged.report();
        SeedGroups seeds = SeedGroups.of(report.variants(), merged.specs());
        html.element("h2", report.stream());
        html.element(
                "p",
                String.format(
                        Locale.ROOT,
                        "%,d training tokens, %,d held-out tokens. Figures are of held-out rows of class rest (no first"
                                + " positions, special tokens or norm outliers), ranked by FVU, lower is better.",
                        report.tokens(),
                        report.heldoutTokens()));
        html.raw(ParetoChart.svg(report));
        boolean through = report.variants().stream().anyMatch(entry -> CrossEntropy.lost(entry) != null);
        if (through) {
            html.raw(ParetoChart.svg(report, CrossEntropy.HEIGHT));
        }
        matched(html, "FVU", MatchedL0.of(seeds, entry -> MatchedL0.rest(entry, MetricTable.FVU)), value -> value);
        matched(html, "CE recovered", MatchedL0.of(seeds, CrossEntropy::lost), value -> 1 - value);
        throughModel(html, report.throughModel());
        TruthSection.add(html, report);
        all(html, report, table);
        spread(html, seeds, through);
        losses(html, report);
        ProvenanceSection.add(html, merged.runs());
    }

    private static void matched(Html html, String name, MatchedL0 matched, DoubleUnaryOperator shown) {
        if (!matched.targets().isEmpty()) {
            html.element("h3", name + " at matched L0");
            html.element("p", MatchedL0.MEANING);
            html.table(matched.head(), matched.rows(shown), 1);
        }
    }

    private static void throughModel(Html html, Report.@Nullable ThroughModel of) {
        if (of == null) {
            return;
        }
        html.element("h3", "Through the model");
        html.element("p", ThroughModelSection.description(of));
        List<List<String>> references = ThroughModelSection.references(of);
        if (!references.isEmpty()) {
            html.table(ThroughModelSection.head(), references, 1);
        }
    }

    private static void all(Html html, Report report, MetricTable table) {
        List<ReportTable.Column> columns = ReportTable.columns(table, ThroughModelSection.metrics(report));
        List<String> head = new ArrayList<>(List.of("variant", "kind"));
        columns.forEach(column -> head.add(column.head()));
        html.element("h3", "Every dictionary");
        html.table(
                head,
                report.ranked().stream()
                        .map(entry -> {
                            List<String> row = new ArrayList<>(List.of(entry.id(), entry.kind()));
                            columns.forEach(column -> row.add(column.cell().apply(entry)));
                            return row;
                        })
                        .toList(),
                2);
    }

    private static void spread(Html html, SeedGroups seeds, boolean through) {
        List<List<Entry>> repeated = seeds.repeated();
        if (repeated.isEmpty()) {
            return;
        }
        List<Metric> metrics = MetricTable.standard().upTo(Width.PAGE);
        List<String> head = new ArrayList<>(List.of("variants", "seeds"));
        metrics.forEach(metric -> head.add(metric.shown().label()));
        if (through) {
            head.add("CE recovered");
        }
        html.element("h3", "Spread over seeds");
        html.element("p", "Mean and sample standard deviation of variants that differ in their seed alone.");
        html.table(
                head,
                repeated.stream().map(group -> spread(group, metrics, through)).toList(),
                1);
    }

    private static List<String> spread(List<Entry> group, List<Metric> metrics, boolean through) {
        List<String> row = new ArrayList<>(
                List.of(String.join(", ", group.stream().map(Entry::id).toList()), Integer.toString(group.size())));
        metrics.forEach(metric -> row.add(text(SeedGroups.spread(group, entry -> MatchedL0.rest(entry, metric)))));
        if (through) {
            row.add(text(SeedGroups.spread(group, CrossEntropy::recovered)));
        }
        return row;
    }

    private static String text(SeedGroups.@Nullable Spread spread) {
        if (spread == null) {
            return NONE;
        }
        return spread.deviation() == null
                ? String.format(Locale.ROOT, "%.4f", spread.mean())
                : String.format(Locale.ROOT, "%.4f ± %.4f", spread.mean(), spread.deviation());
    }

    /** What training minimised, over the last fifth of the first pass. */
    private static void losses(Html html, Report report) {
        TreeSet<String> names = new TreeSet<>();
        Map<String, Map<String, Double>> byId = new TreeMap<>(NaturalOrder.INSTANCE);
        for (Entry entry : report.variants()) {
            names.addAll(entry.results().prequentialLosses().keySet());
            byId.put(entry.id(), entry.results().prequentialLosses());
        }
        if (names.isEmpty()) {
            return;
        }
        List<String> head = new ArrayList<>(List.of("variant"));
        head.addAll(names);
        List<List<String>> rows = new ArrayList<>();
        byId.forEach((id, losses) -> {
            List<String> row = new ArrayList<>(List.of(id));
            names.forEach(name ->
                    row.add(losses.containsKey(name) ? String.format(Locale.ROOT, "%.6g", losses.get(name)) : NONE));
            rows.add(row);
        });
        html.element("h3", "Scalars of training");
        html.element("p", "Means over the last fifth of the first pass, each batch before it was learnt.");
        html.table(head, rows, 1);
    }
}
