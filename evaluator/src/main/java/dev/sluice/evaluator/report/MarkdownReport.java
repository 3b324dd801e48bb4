package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.line;

import dev.sluice.evaluator.metric.MetricTable;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
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
        matched(text, "FVU", MatchedL0.of(seeds, entry -> MatchedL0.rest(entry, MetricTable.FVU)), value -> value);
        matched(text, "CE recovered", MatchedL0.of(seeds, CrossEntropy::lost), value -> 1 - value);
        return text.toString();
    }

    private static void matched(StringBuilder text, String name, MatchedL0 matched, DoubleUnaryOperator shown) {
        if (matched.targets().isEmpty()) {
            return;
        }
        line(text, "");
        line(text, "## %s at matched L0", name);
        line(text, "");
        line(text, "%s", MatchedL0.MEANING);
        line(text, "");
        Markdown.table(text, matched.head(), matched.rows(shown));
    }
}
