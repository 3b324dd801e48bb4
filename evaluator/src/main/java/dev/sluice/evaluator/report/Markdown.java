package dev.sluice.evaluator.report;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.Locale;
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
}
