package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.cell;
import static dev.sluice.evaluator.report.Markdown.line;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A section for each group: its members by what was varied, and which of them is best. */
final class GroupSections {
    private static final String FIGURES = " L0 | FVU | prequential SSE | prequential FVU |";

    private GroupSections() {}

    static void add(StringBuilder text, Report report) {
        List<ReportGroup> groups = ReportGroup.of(report);
        if (groups.isEmpty()) {
            return;
        }
        line(text, "## Groups");
        line(text, "");
        line(
                text,
                "The best of a group is the one with the least prequential SSE, not the one that the held-out rows like"
                        + " best: what chooses a variant cannot also say how good the chosen one is. L0 and FVU are of"
                        + " the held-out rows of class `rest`.");
        line(text, "");
        groups.forEach(group -> section(text, group));
    }

    private static void section(StringBuilder text, ReportGroup group) {
        Set<String> varied = group.varied();
        Entry best = group.best().orElse(null);
        line(text, "### `%s`", group.name());
        line(text, "");
        line(text, "| variant |%s%s", cells(varied.stream().toList()), FIGURES);
        line(text, "|---|%s--:|--:|--:|--:|", "--:|".repeat(varied.size()));
        group.members().forEach(member -> row(text, member, varied, member.equals(best)));
        line(text, "");
        line(text, "%s", best == null ? "No member has ended its first pass." : sentence(best));
        line(text, "");
    }

    private static void row(StringBuilder text, Entry member, Set<String> varied, boolean isBest) {
        List<String> values = varied.stream()
                .map(key -> shown(member.membership().varied().get(key)))
                .toList();
        line(
                text,
                "| %s |%s %s | %s | %s | %s |",
                isBest ? "**" + member.id() + "**" : member.id(),
                cells(values),
                cell(member.heldoutRest(), MetricTable.L0),
                cell(member.heldoutRest(), MetricTable.FVU),
                cell(member.prequential(), MetricTable.SSE),
                cell(member.prequential(), MetricTable.FVU));
    }

    private static String sentence(Entry best) {
        String varied = best.membership().varied().entrySet().stream()
                .map(field -> field.getKey() + " " + shown(field.getValue()))
                .collect(Collectors.joining(", "));
        return "Best by prequential SSE: `" + best.id() + "`" + (varied.isEmpty() ? "." : ", with " + varied + ".");
    }

    private static String cells(List<String> values) {
        return values.stream().map(value -> " " + value + " |").collect(Collectors.joining());
    }

    private static String shown(@Nullable JsonNode value) {
        if (value == null) {
            return Format.NONE;
        }
        return value.isNumber()
                ? value.decimalValue().stripTrailingZeros().toPlainString()
                : value.isTextual() ? value.asText() : value.toString().replace(",", ", ");
    }
}
