package dev.sluice.local.console;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A framed box: for each kind of activation function its best series, with loss and sparsity. The best is the one with the
 * least error on batches before they were learnt; held-out rows say how good it is, or the newest window until they are
 * scored.
 *
 * @param unicode whether the terminal shows more than ASCII
 */
record ResultBox(boolean unicode) {
    private static final List<String> HEAD = List.of(
            "activation function", "best of", "series", "loss: FVU", "MSE", "sparsity: L0", "dead", "CE recovered");
    private static final int TEXTS = 3;
    private static final String HELDOUT = "heldout";
    private static final String THROUGH_MODEL = "through_model";
    private static final String CHOICE = "prequential_sse";

    /** @param labels of kinds, by their names */
    List<String> lines(List<Variants.Row> rows, Map<String, String> labels) {
        Map<String, List<Variants.Row>> byKind = new TreeMap<>();
        for (Variants.Row row : rows) {
            byKind.computeIfAbsent(row.text("kind"), kind -> new ArrayList<>()).add(row);
        }
        List<List<String>> cells = new ArrayList<>(List.of(HEAD));
        byKind.entrySet().stream()
                .map(kind -> best(kind.getValue()))
                .sorted(Comparator.comparingDouble(row -> orLast(figure(row, MetricTable.FVU))))
                .forEach(row -> cells.add(cells(row, byKind, labels)));
        return framed(cells);
    }

    private static Variants.Row best(List<Variants.Row> rows) {
        return rows.stream()
                .min(Comparator.comparingDouble((Variants.Row row) -> orLast(row.figure(CHOICE)))
                        .thenComparingDouble(row -> orLast(figure(row, MetricTable.FVU))))
                .orElseThrow();
    }

    private static double orLast(@Nullable Double value) {
        return value == null ? Double.MAX_VALUE : value;
    }

    private static @Nullable Double figure(Variants.Row row, Metric metric) {
        Double scored = row.figure(HELDOUT, metric.name());
        return scored == null ? row.figure(metric) : scored;
    }

    private static List<String> cells(
            Variants.Row row, Map<String, List<Variants.Row>> byKind, Map<String, String> labels) {
        String kind = row.text("kind");
        return List.of(
                labels.getOrDefault(kind, kind),
                Integer.toString(Objects.requireNonNull(byKind.get(kind)).size()),
                row.series(),
                text(row, MetricTable.FVU),
                text(row, MetricTable.MSE),
                text(row, MetricTable.L0),
                text(row, MetricTable.DEAD),
                recovered(row));
    }

    private static String recovered(Variants.Row row) {
        return ModelTable.CE_RECOVERED
                .shown()
                .format()
                .inTerminal(row.figure(THROUGH_MODEL, ModelTable.CE_RECOVERED.name()));
    }

    private static String text(Variants.Row row, Metric metric) {
        return metric.shown().format().inTerminal(figure(row, metric));
    }

    private List<String> framed(List<List<String>> cells) {
        int[] widths = new int[HEAD.size()];
        cells.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> lines = new ArrayList<>();
        lines.add(rule(widths, unicode ? "╭┬╮" : "+++"));
        lines.add(line(cells.get(0), widths));
        lines.add(rule(widths, unicode ? "├┼┤" : "+++"));
        cells.stream().skip(1).forEach(row -> lines.add(line(row, widths)));
        lines.add(rule(widths, unicode ? "╰┴╯" : "+++"));
        return lines;
    }

    private String rule(int[] widths, String corners) {
        StringBuilder rule = new StringBuilder("  ").append(corners.charAt(0));
        for (int i = 0; i < widths.length; i++) {
            rule.append((unicode ? "─" : "-").repeat(widths[i] + 2))
                    .append(corners.charAt(i == widths.length - 1 ? 2 : 1));
        }
        return rule.toString();
    }

    private String line(List<String> row, int[] widths) {
        String bar = unicode ? "│" : "|";
        StringBuilder line = new StringBuilder("  ").append(bar);
        for (int i = 0; i < widths.length; i++) {
            boolean isText = i < TEXTS && i != 1;
            line.append(String.format(Locale.ROOT, " %" + (isText ? "-" : "") + widths[i] + "s ", row.get(i)))
                    .append(bar);
        }
        return line.toString();
    }
}
