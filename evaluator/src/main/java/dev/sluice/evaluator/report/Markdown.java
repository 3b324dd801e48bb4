package dev.sluice.evaluator.report;

import dev.sluice.evaluator.report.Report.Figures;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lines and cells of the report's text. */
final class Markdown {
    static final String NONE = "-";

    private Markdown() {}

    static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    static String cell(@Nullable Figures figures, String format, Function<Figures, @Nullable Double> value) {
        Double number = figures == null ? null : value.apply(figures);
        return number == null ? NONE : String.format(Locale.ROOT, format, number);
    }
}
