package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.line;

import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.metric.MetricTable;
import java.util.List;
import java.util.stream.Collectors;

/** The report of one or several runs as Markdown; runs of one stream are compared with each other. */
public final class MarkdownReport {
    private MarkdownReport() {}

    /** @param table of the metrics */
    public static String of(List<ReportedRun> runs, MetricTable table) {
        return MergedRuns.of(runs).stream().map(merged -> of(merged, table)).collect(Collectors.joining("\n"));
    }

    private static String of(MergedRuns merged, MetricTable table) {
        String commands = merged.runs().stream()
                .flatMap(run -> run.commands().stream())
                .distinct()
                .collect(Collectors.joining("\n    "));
        String again = commands.isEmpty() ? "(no command is known)" : commands;
        StringBuilder text = new StringBuilder(ReportTable.markdown(merged.report(), table, again));
        SeedGroups seeds = SeedGroups.of(merged.report().variants(), merged.specs());
        matched(text, MatchedL0.of(seeds, entry -> MatchedL0.rest(entry, MetricTable.FVU)));
        return text.toString();
    }

    private static void matched(StringBuilder text, MatchedL0 matched) {
        if (matched.targets().isEmpty()) {
            return;
        }
        line(text, "");
        line(text, "## FVU at matched L0");
        line(text, "");
        line(
                text,
                "Between the points of a family interpolated on logarithmic scales; a dash where it has none on both"
                        + " sides.");
        line(text, "");
        line(
                text,
                "| family |%s",
                matched.targets().stream().map(target -> " L0 " + target + " |").collect(Collectors.joining()));
        line(text, "|---|%s", "--:|".repeat(matched.targets().size()));
        matched.families()
                .forEach((family, cells) -> line(
                        text,
                        "| %s |%s",
                        family,
                        cells.stream()
                                .map(cell -> " " + Format.FIGURE.inReport(cell.figure()) + " |")
                                .collect(Collectors.joining())));
    }
}
