package dev.sluice.local.console;

import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code top} shows and how keys change it.
 *
 * @param kind which screen
 * @param metric of the curves, its place in the table of metrics
 * @param row that is chosen, or at the top
 */
record TopScreen(Kind kind, int metric, int row) {
    /** By their digits. */
    static final List<Kind> SCREENS = List.of(Kind.VARIANTS, Kind.CURVES, Kind.RESULTS);

    private static final int FOOTER = 2;
    private static final int LEAST_PLOT = 4;
    private static final int MOST_PLOT = 16;
    private static final int PLOT_MARGIN = 14;
    private static final int LEAST_WIDTH = 20;
    private static final int VALUE = 10;

    /** The screens. */
    enum Kind {
        VARIANTS,
        CURVES,
        RESULTS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final TopScreen FIRST = new TopScreen(Kind.VARIANTS, 0, 0);

    static TopScreen of(Kind kind) {
        return new TopScreen(kind, 0, 0);
    }

    /** What a key makes of it; others change nothing. */
    TopScreen after(char key, int rows) {
        int metrics = metrics().size();
        return switch (key) {
            case '1', '2', '3' -> new TopScreen(SCREENS.get(key - '1'), metric, 0);
            case '\t' -> new TopScreen(SCREENS.get((SCREENS.indexOf(kind) + 1) % SCREENS.size()), metric, 0);
            case 'm' -> new TopScreen(kind, (metric + 1) % metrics, row);
            case 'j' -> new TopScreen(kind, metric, Math.max(0, Math.min(rows - 1, row + 1)));
            case 'k' -> new TopScreen(kind, metric, Math.max(0, row - 1));
            default -> this;
        };
    }

    private static List<Metric> metrics() {
        return MetricTable.standard().metrics();
    }

    /** Lines that fit. */
    List<String> draw(Snapshot seen, Screen screen) {
        List<String> lines = new ArrayList<>(
                switch (kind) {
                    case VARIANTS -> variants(seen, screen);
                    case CURVES -> curves(seen, screen);
                    case RESULTS ->
                        new ResultBox(screen.unicode()).lines(seen.variants().rows(), seen.labels());
                });
        return lines.stream()
                .limit(Math.max(1, screen.rows() - FOOTER))
                .map(screen::cut)
                .toList();
    }

    /** The line of keys. */
    String keys(Screen screen) {
        String between = screen.unicode() ? " · " : ", ";
        return screen.cut("  "
                + String.join(
                        between, "1 variants", "2 curves", "3 results", "m metric", "s stream", "j k move", "q leave"));
    }

    private List<String> variants(Snapshot seen, Screen screen) {
        List<Variants.Row> rows = seen.variants().rows();
        Variants from = new Variants(rows.subList(Math.min(row, Math.max(0, rows.size() - 1)), rows.size()));
        return new Screen(screen.columns(), screen.rows() - FOOTER, screen.unicode()).draw(seen.overview(), from);
    }

    private List<String> curves(Snapshot seen, Screen screen) {
        Metric shown = metrics().get(metric);
        List<Snapshot.Series> curves = seen.curves().stream()
                .filter(curve -> !curve.points(shown.name()).isEmpty())
                .toList();
        if (curves.isEmpty()) {
            return List.of("  " + shown.shown().label() + ": waits for the first window");
        }
        Snapshot.Series chosen = curves.get(Math.min(row, curves.size() - 1));
        int height = Math.max(LEAST_PLOT, Math.min(MOST_PLOT, screen.rows() / 2 - FOOTER));
        int width = Math.max(LEAST_WIDTH, Math.min(screen.columns(), 160) - PLOT_MARGIN);
        List<String> lines = new ArrayList<>();
        lines.add("  " + shown.shown().label() + " of " + chosen.name() + " by tokens: " + shown.meaning());
        lines.addAll(new Plot(width, height, screen.unicode()).lines(chosen.points(shown.name())));
        lines.add("");
        lines.addAll(sparks(curves, chosen, shown, screen));
        return lines;
    }

    private static List<String> sparks(
            List<Snapshot.Series> curves, Snapshot.Series chosen, Metric shown, Screen screen) {
        int names =
                curves.stream().mapToInt(curve -> curve.name().length()).max().orElse(0);
        int width = Math.max(LEAST_WIDTH, Math.min(screen.columns(), 160) - names - VALUE - 6);
        Plot plot = new Plot(width, 1, screen.unicode());
        return curves.stream()
                .map(curve -> {
                    List<double[]> points = curve.points(shown.name());
                    String value = shown.shown().format().inTerminal(points.get(points.size() - 1)[1]);
                    return String.format(
                            Locale.ROOT,
                            "%s%-" + names + "s %" + VALUE + "s  %s",
                            curve.equals(chosen) ? "> " : "  ",
                            curve.name(),
                            value,
                            plot.spark(points));
                })
                .toList();
    }
}
