package dev.sluice.local.console;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelMetric;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.evaluator.metric.Shown.Width;
import dev.sluice.trainer.contract.VariantPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The variants as a table: a line per series under a head of two lines, its metrics those that fit a terminal. */
final class VariantTable {
    private static final String NAME = "variant";
    private static final String HELDOUT = "heldout";
    private static final String THROUGH_MODEL = "through_model";
    private static final int NARROW = 7;
    private static final int TOKENS = 9;

    /** One column of figures, right-aligned under the two lines of its head. */
    private record Column(String over, String under, int width, Function<Variants.Row, String> cell) {}

    private final List<Column> columns;

    /** @param metrics of which those are shown that fit a terminal */
    VariantTable(MetricTable metrics) {
        this.columns = columns(metrics);
    }

    List<String> lines(List<Variants.Row> rows) {
        int names = rows.stream().mapToInt(row -> row.series().length()).reduce(NAME.length(), Math::max);
        List<String> lines = new ArrayList<>();
        lines.add(line(names, NAME, Column::over) + "state");
        lines.add(line(names, "", Column::under).stripTrailing());
        rows.forEach(row ->
                lines.add(line(names, row.series(), column -> column.cell().apply(row)) + state(row)));
        return lines;
    }

    private static List<Column> columns(MetricTable table) {
        Metric ranking = MetricTable.FVU;
        List<Column> columns = new ArrayList<>();
        columns.add(column(
                "held-out", ranking.shown().label(), row -> text(ranking, row.figure(HELDOUT, ranking.name()))));
        for (Metric metric : table.upTo(Width.TERMINAL)) {
            boolean ranks = metric.equals(ranking);
            String label = metric.shown().label();
            columns.add(
                    column(ranks ? "training" : label, ranks ? label : "", row -> text(metric, row.figure(metric))));
        }
        ModelTable.upTo(Width.TERMINAL).forEach(metric -> columns.add(throughModel(metric)));
        Metric dead = MetricTable.DEAD;
        columns.add(column(dead.shown().label(), "", row -> text(dead, row.figure(dead))));
        columns.add(new Column("tokens", "", TOKENS, VariantTable::tokens));
        return columns;
    }

    /** Its label over two lines. */
    private static Column throughModel(ModelMetric metric) {
        String[] words = metric.shown().label().split(" ", 2);
        return new Column(
                words[0],
                words.length < 2 ? "" : words[1],
                Math.max(NARROW, metric.shown().label().length() - words[0].length() - 1),
                row -> row.lacksModel()
                        ? "no model"
                        : metric.shown().format().inTerminal(row.figure(THROUGH_MODEL, metric.name())));
    }

    private static Column column(String over, String under, Function<Variants.Row, String> cell) {
        return new Column(over, under, Math.max(NARROW, over.length()), cell);
    }

    private String line(int names, String name, Function<Column, String> text) {
        String figures = columns.stream()
                .map(column -> " "
                        + " "
                                .repeat(Math.max(
                                        0, column.width() - text.apply(column).length())) + text.apply(column))
                .collect(Collectors.joining());
        return "  " + name + " ".repeat(names - name.length()) + figures + "  ";
    }

    private static String text(Metric metric, @Nullable Double value) {
        return metric.shown().format().inTerminal(value);
    }

    private static String tokens(Variants.Row row) {
        Long tokens = row.tokens();
        return tokens == null ? "-" : String.format(Locale.ROOT, "%,d", tokens);
    }

    private static String state(Variants.Row row) {
        VariantPhase phase = row.state();
        String state = phase == null ? "" : phase.wireName();
        return row.reason() == null ? state : state + ": " + row.reason();
    }
}
