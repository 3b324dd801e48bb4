package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.line;

import dev.sluice.evaluator.contract.TruthFigures.Firing;
import dev.sluice.evaluator.contract.TruthFigures.Found;
import dev.sluice.evaluator.contract.TruthFigures.Latents;
import dev.sluice.evaluator.contract.TruthFigures.View;
import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.report.Report.Entry;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much of a synthetic stream's dictionary each series has found, the most first. */
final class TruthSection {
    private static final List<String> HEAD = List.of(
            "variant",
            "recall",
            "recall-MMCS",
            "chance",
            "precision",
            "precision-MMCS",
            "chance",
            "uniqueness",
            "MCC",
            "firing precision",
            "firing recall",
            "F1",
            "alive",
            "above 1 %",
            "mean code");
    private static final String MEANINGS =
            "By write directions: decoder rows, K-means centres less the mean, PCA and random directions with both signs."
                    + " Recall: share of the true features with a direction of cosine 0.9 or more; precision: share of"
                    + " alive directions with such a feature; MMCS: mean over features, or over alive directions, of the"
                    + " largest cosine, beside what uniform random directions have by chance. Uniqueness: different best"
                    + " features of alive directions. MCC: mean cosine of one-to-one pairs (Hungarian; above 4,096"
                    + " features or directions those that are each other's best). Firing: of the paired directions"
                    + " against their features, on held-out rows. Above 1 %: directions that fire on more than 1 % of"
                    + " the rows.";

    private TruthSection() {}

    static void add(StringBuilder text, Report report) {
        List<List<String>> rows = rows(report);
        if (rows.isEmpty()) {
            return;
        }
        line(text, "## Known features");
        line(text, "");
        Markdown.table(text, HEAD, rows);
        line(text, "");
        line(text, "%s", MEANINGS);
        line(text, "");
    }

    static void add(Html html, Report report) {
        List<List<String>> rows = rows(report);
        if (!rows.isEmpty()) {
            html.element("h3", "Known features");
            html.raw(FeaturesChart.svg(report));
            html.table(HEAD, rows, 1);
            html.element("p", MEANINGS);
        }
    }

    private static List<List<String>> rows(Report report) {
        return report.variants().stream()
                .filter(entry -> entry.results().truth() != null)
                .sorted(Comparator.comparingDouble(TruthSection::recovered).thenComparing(Entry::id))
                .map(entry ->
                        row(entry.id(), Objects.requireNonNull(entry.results().truth())))
                .toList();
    }

    private static double recovered(Entry entry) {
        View truth = entry.results().truth();
        return truth == null ? 0 : -truth.found().recallMmcs();
    }

    private static List<String> row(String id, View truth) {
        Found found = truth.found();
        Firing firing = truth.firing();
        Latents latents = truth.latents();
        return List.of(
                id,
                cell(found.recall()),
                cell(found.recallMmcs()),
                cell(found.chance().recall()),
                cell(found.precision()),
                cell(found.precisionMmcs()),
                cell(found.chance().precision()),
                cell(found.uniqueness()),
                cell(found.mcc()),
                cell(firing == null ? null : firing.precision()),
                cell(firing == null ? null : firing.recall()),
                cell(firing == null ? null : firing.f1()),
                latents == null ? Format.NONE : String.valueOf(latents.alive()),
                latents == null ? Format.NONE : String.valueOf(latents.frequent()),
                cell(latents == null ? null : latents.meanCode()));
    }

    private static String cell(@Nullable Double value) {
        return value == null ? Format.NONE : String.format(Locale.ROOT, "%.3f", value);
    }
}
