package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.cell;
import static dev.sluice.evaluator.report.Markdown.line;

import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelMetric;
import dev.sluice.evaluator.metric.Shown.Width;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The report as Markdown: the table, best first, what its columns mean, each group on its own, and how to get it again. */
public final class ReportTable {
    /** One column: its head, and its cell of a series. */
    record Column(String head, Function<Entry, String> cell) {}

    private ReportTable() {}

    /**
     * @param table of the metrics to show
     * @param reproduce the command that gives this report again
     */
    public static String markdown(Report report, MetricTable table, String reproduce) {
        StringBuilder text = new StringBuilder();
        line(text, "# How good the dictionaries of `%s` are", report.stream());
        line(text, "");
        line(
                text,
                "%,d training tokens, %,d held-out tokens. Ranked by held-out FVU over rows of class `rest` (no first"
                        + " positions, special tokens or norm outliers), lower is better.",
                report.tokens(),
                report.heldoutTokens());
        line(text, "");
        List<Column> columns = columns(table, ThroughModelSection.metrics(report));
        line(text, "| variant | kind |%s", joined(columns, Column::head));
        line(text, "|---|---|%s", "--:|".repeat(columns.size()));
        report.ranked()
                .forEach(entry -> line(
                        text,
                        "| %s | %s |%s",
                        entry.id(),
                        entry.kind(),
                        joined(columns, column -> column.cell().apply(entry))));
        line(text, "");
        line(
                text,
                "FVU = SSE / (Σ‖x‖² − ‖Σx‖²/n), about the rows' own mean. MSE is per element, SSE per token. Index bits ="
                        + " log2 C(latents, L0): what it costs to say which latents are active. Dead: latents that no"
                        + " held-out row activates. Prequential: each batch before it is learnt, over the last fifth of"
                        + " the first pass, all rows. "
                        + meanings(table));
        line(text, "");
        ThroughModelSection.add(text, report.throughModel());
        TruthSection.add(text, report);
        GroupSections.add(text, report);
        line(text, "## Again");
        line(text, "");
        line(text, "    %s", reproduce);
        return text.toString();
    }

    static List<Column> columns(MetricTable table, List<ModelMetric> throughModel) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("latents", entry -> count(entry.size().latents())));
        columns.add(new Column("parameters", entry -> count(entry.size().parameters())));
        columns.add(new Column("tokens", entry -> count(entry.size().tokens())));
        columns.add(heldout(MetricTable.L0));
        columns.add(new Column("index bits", ReportTable::indexBits));
        table.upTo(Width.REPORT).stream()
                .filter(metric -> !metric.equals(MetricTable.L0))
                .forEach(metric -> columns.add(heldout(metric)));
        columns.add(new Column("dead", ReportTable::dead));
        columns.add(new Column("FVU, all rows", entry -> cell(entry.results().heldout(), MetricTable.FVU)));
        columns.add(new Column("prequential FVU", entry -> cell(entry.prequential(), MetricTable.FVU)));
        throughModel.forEach(metric ->
                columns.add(new Column(metric.shown().label(), entry -> ThroughModelSection.cell(entry, metric))));
        table.beyond(Width.REPORT).forEach(metric -> columns.add(heldout(metric)));
        return columns;
    }

    private static Column heldout(Metric metric) {
        return new Column(metric.shown().label(), entry -> cell(entry.heldoutRest(), metric));
    }

    private static String indexBits(Entry entry) {
        Figures rest = entry.heldoutRest();
        Double l0 = rest == null ? null : rest.of(MetricTable.L0);
        return l0 == null
                ? Format.NONE
                : String.format(Locale.ROOT, "%.0f", IndexBits.of(entry.size().latents(), l0));
    }

    private static String dead(Entry entry) {
        Figures rest = entry.heldoutRest();
        return MetricTable.DEAD.shown().format().inReport(rest == null ? null : rest.deadFraction());
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String joined(List<Column> columns, Function<Column, String> text) {
        return columns.stream().map(column -> " " + text.apply(column) + " |").collect(Collectors.joining());
    }

    /** What the last columns mean, whose labels do not say it. */
    private static String meanings(MetricTable table) {
        return table.beyond(Width.REPORT).stream()
                .map(metric -> metric.shown().label() + ": " + metric.meaning() + ".")
                .collect(Collectors.joining(" "));
    }
}
