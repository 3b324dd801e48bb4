package dev.sluice.local.console;

import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.trainer.contract.VariantPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns what the page says into lines of text: two progress bars and the table of variants, or one plain line.
 *
 * @param columns of the terminal
 * @param rows of the terminal
 * @param unicode whether it shows more than ASCII
 */
record Screen(int columns, int rows, boolean unicode) {
    private static final int BAR = 24;
    private static final int NARROW_BAR = 12;
    private static final int WIDE = 110;
    private static final double MEGABYTE = 1e6;
    private static final VariantTable TABLE = new VariantTable(MetricTable.standard());

    /** Everything, a line each, none wider than the terminal. */
    List<String> draw(Overview overview, Variants variants) {
        List<String> lines = new ArrayList<>();
        overview.streamsOrNone().stream()
                .filter(stream -> !stream.complete() || overview.streamsOrNone().size() == 1)
                .forEach(stream -> lines.add(model(overview, stream)));
        lines.add(training(overview));
        lines.add("");
        lines.addAll(TABLE.lines(variants.rows()));
        List<String> fitting = lines.size() < rows ? lines : new ArrayList<>(lines.subList(0, rows - 2));
        if (fitting.size() < lines.size()) {
            fitting.add("  and " + (lines.size() - fitting.size()) + " more, see the page");
        }
        return fitting.stream().map(this::cut).toList();
    }

    /** A download: one line, no wider than the terminal. */
    String fetch(Fetch fetch) {
        double fraction = fraction(fetch.have(), fetch.all());
        String rate = fetch.bytesPerSecond() <= 0
                ? ""
                : separator()
                        + String.format(Locale.ROOT, "%.1f MB/s", fetch.bytesPerSecond() / MEGABYTE)
                        + left((fetch.all() - fetch.have()) / fetch.bytesPerSecond());
        return cut(String.format(
                Locale.ROOT,
                "  %-8s %s %4.0f %%  %.1f of %.1f MB%s",
                fetch.what(),
                bar(fraction),
                Math.floor(100 * fraction),
                fetch.have() / MEGABYTE,
                fetch.all() / MEGABYTE,
                rate));
    }

    private String model(Overview overview, Overview.Stream stream) {
        long expected = stream.complete() || stream.expectedRows() == null ? stream.rows() : stream.expectedRows();
        double fraction = stream.complete() ? 1 : fraction(stream.rows(), expected);
        return String.format(
                Locale.ROOT,
                "  model    %s %4.0f %%  %,d of %s%,d tokens%s%s",
                bar(fraction),
                100 * fraction,
                stream.rows(),
                stream.complete() ? "" : approximately(),
                Math.max(expected, stream.rows()),
                stream.complete() ? "" : rate(overview.rate("model")),
                overview.streamsOrNone().size() == 1 ? "" : separator() + stream.hook());
    }

    private String training(Overview overview) {
        Overview.Progress progress = overview.progress();
        return "  training " + bar(progress == null ? 0 : fraction(progress)) + " " + trained(overview);
    }

    private String trained(Overview overview) {
        Overview.Progress progress = overview.progress();
        if (progress == null || target(progress) <= 0) {
            return "waits for the first rows";
        }
        return String.format(
                Locale.ROOT,
                "%4.0f %%  %,d of %,d tokens%s%s%s",
                Math.floor(100 * fraction(progress)),
                progress.tokens() == null ? 0 : progress.tokens(),
                target(progress),
                overview.done() ? separator() + "done" : left(progress),
                rate(overview.done() ? 0 : overview.rate("dictionaries")),
                pass(progress));
    }

    private String bar(double fraction) {
        return Bar.of(fraction, columns < WIDE ? NARROW_BAR : BAR, unicode);
    }

    private static double fraction(Overview.Progress progress) {
        return fraction(progress.tokens() == null ? 0 : progress.tokens(), target(progress));
    }

    private static long target(Overview.Progress progress) {
        return progress.targetTokens() == null ? 0 : progress.targetTokens();
    }

    /** The same in one line, for a log. */
    String line(Overview overview, Variants variants) {
        long finished = variants.rows().stream()
                .filter(row -> VariantPhase.FINISHED == row.state())
                .count();
        long published = overview.streamsOrNone().stream()
                .mapToLong(Overview.Stream::rows)
                .sum();
        return String.format(Locale.ROOT, "  model %,d tokens%s", published, rate(overview.rate("model")))
                + separator()
                + "training " + trained(overview).strip()
                + separator()
                + finished + " of " + variants.rows().size() + " series finished";
    }

    private static double fraction(long part, long whole) {
        return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
    }

    private String rate(double tokensPerSecond) {
        return tokensPerSecond <= 0 ? "" : separator() + String.format(Locale.ROOT, "%,.0f tokens/s", tokensPerSecond);
    }

    private String pass(Overview.Progress progress) {
        if (progress.epoch() == null || progress.epochs() == null || progress.done()) {
            return "";
        }
        return separator() + "pass " + Math.min(progress.epoch(), progress.epochs()) + " of " + progress.epochs();
    }

    private String left(Overview.Progress progress) {
        Double seconds = progress.remainingSeconds();
        if (progress.waitingFor() != null) {
            return separator() + "waits for the " + progress.waitingFor();
        }
        return seconds == null ? "" : left(seconds);
    }

    private String left(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        String time = whole < 60
                ? whole + " s"
                : whole < 3600
                        ? whole / 60 + " min " + whole % 60 + " s"
                        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
        return separator() + time + " left";
    }

    private String separator() {
        return unicode ? " · " : ", ";
    }

    private String approximately() {
        return unicode ? "≈ " : "about ";
    }

    String cut(String line) {
        return line.length() < columns ? line : line.substring(0, columns - 1);
    }
}
