package dev.sluice.evaluator.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a metric is written; the page has a function of the same name for each. */
public enum Format {
    /** Shares and small errors. */
    FIGURE(1, "%.4f", "%.4f"),
    /** Sums over a token. */
    HUNDREDTH(1, "%.2f", "%.2f"),
    /** Counts per token. */
    TENTH(1, "%.1f", "%.2f"),
    PERCENT(100, "%.1f %%", "%.1f %%");

    /** Stands for a metric that was not measured. */
    public static final String NONE = "-";

    private final double scale;
    private final String report;
    private final String terminal;

    Format(double scale, String report, String terminal) {
        this.scale = scale;
        this.report = report;
        this.terminal = terminal;
    }

    public String inReport(@Nullable Double value) {
        return text(report, value);
    }

    public String inTerminal(@Nullable Double value) {
        return text(terminal, value);
    }

    private String text(String format, @Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, format, scale * value);
    }

    @JsonValue
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
