package dev.sluice.evaluator.report;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lines and cells of the report's text. */
final class Markdown {
    private Markdown() {}

    static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** The metric among the figures, or a dash. */
    static String cell(@Nullable Figures figures, Metric metric) {
        return metric.shown().format().inReport(figures == null ? null : figures.of(metric));
    }

    /** The first column is of words, the others of figures. */
    static void table(StringBuilder text, List<String> head, List<List<String>> rows) {
        line(text, "|%s", cells(head));
        line(text, "|---|%s", "--:|".repeat(head.size() - 1));
        rows.forEach(row -> line(text, "|%s", cells(row)));
    }

    private static String cells(List<String> values) {
        return values.stream().map(value -> " " + value + " |").collect(Collectors.joining());
    }
}
