package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.cell;
import static dev.sluice.evaluator.report.Markdown.line;

import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;

/** The report as Markdown: the table, best first, what its columns mean, each group on its own, and how to get it again. */
public final class ReportTable {
    private ReportTable() {}

    /** @param reproduce the command that gives this report again */
    public static String markdown(Report report, String reproduce) {
        StringBuilder text = new StringBuilder();
        line(text, "# How good the dictionaries of `%s` are", report.stream());
        line(text, "");
        line(
                text,
                "%,d training tokens, %,d held-out tokens. Ranked by held-out FVU over rows of class `rest` (no first"
                        + " positions, special tokens or norm outliers), lower is better.",
                report.tokens(),
                report.heldoutTokens());
        line(text, "");
        line(
                text,
                "| variant | kind | latents | parameters | tokens | L0 | index bits | FVU | MSE | SSE | dead | FVU, all"
                        + " rows | prequential FVU |");
        line(text, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        report.ranked().forEach(entry -> row(text, entry));
        line(text, "");
        line(
                text,
                "FVU = SSE / (Σ‖x‖² − ‖Σx‖²/n), about the rows' own mean. MSE is per element, SSE per token. Index bits ="
                        + " log2 C(latents, L0): what it costs to say which latents are active. Dead: latents that no"
                        + " held-out row activates. Prequential: each batch before it is learnt, over the last fifth of"
                        + " the first pass, all rows.");
        line(text, "");
        GroupSections.add(text, report);
        line(text, "## Again");
        line(text, "");
        line(text, "    %s", reproduce);
        return text.toString();
    }

    private static void row(StringBuilder text, Entry entry) {
        Figures rest = entry.heldoutRest();
        line(
                text,
                "| %s | %s | %,d | %,d | %,d | %s | %s | %s | %s | %s | %s | %s | %s |",
                entry.id(),
                entry.kind(),
                entry.latents(),
                entry.parameters(),
                entry.tokens(),
                cell(rest, "%.1f", Figures::l0),
                cell(rest, "%.0f", figures -> IndexBits.of(entry.latents(), figures.l0())),
                cell(rest, "%.4f", Figures::fvu),
                cell(rest, "%.4f", Figures::mse),
                cell(rest, "%.2f", Figures::sse),
                cell(rest, "%.1f %%", figures -> 100 * figures.deadFraction()),
                cell(entry.heldout(), "%.4f", Figures::fvu),
                cell(entry.prequential(), "%.4f", Figures::fvu));
    }
}
