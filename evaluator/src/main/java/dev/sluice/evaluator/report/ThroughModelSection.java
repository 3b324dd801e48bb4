package dev.sluice.evaluator.report;

import static dev.sluice.evaluator.report.Markdown.line;

import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.metric.Format;
import dev.sluice.evaluator.metric.ModelMetric;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.evaluator.metric.Shown.Width;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.ThroughModel;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the columns of the scores through the model are of, and their cells. */
final class ThroughModelSection {
    private static final int SHOWN_DIGITS = 12;

    private ThroughModelSection() {}

    /** Those that have columns: none if nothing was scored. */
    static List<ModelMetric> metrics(Report report) {
        return report.throughModel() == null || report.throughModel().model() == null
                ? List.of()
                : ModelTable.upTo(Width.REPORT);
    }

    /** The value; of the share recovered with its interval, where there is one: {@code 0.9650 [0.9591, 0.9702]}. */
    static String cell(Entry entry, ModelMetric metric) {
        ModelScores.View scores = entry.results().throughModel();
        if (scores == null) {
            return Format.NONE;
        }
        List<Double> ends =
                metric.equals(ModelTable.CE_RECOVERED) ? scores.intervals().get(metric.name()) : null;
        String value = text(metric, scores.metrics().get(metric.name()));
        return ends == null ? value : value + " [" + text(metric, ends.get(0)) + ", " + text(metric, ends.get(1)) + "]";
    }

    static void add(StringBuilder text, @Nullable ThroughModel of) {
        if (of == null) {
            return;
        }
        line(text, "%s", description(of));
        List<List<String>> references = references(of);
        if (!references.isEmpty()) {
            line(text, "");
            Markdown.table(text, head(), references);
        }
        line(text, "");
    }

    /** What the scores are of, or why there are none. */
    static String description(ThroughModel of) {
        ModelScores.Model model = of.model();
        ModelScores.Scope scope = of.scope();
        if (model == null || scope == null) {
            return "Nothing was scored through the model: " + Objects.requireNonNullElse(of.missing(), "not yet") + ".";
        }
        String revision = model.revision()
                .substring(0, Math.min(SHOWN_DIGITS, model.revision().length()));
        return String.format(
                Locale.ROOT,
                "Through the model %s (%s) at %s: %s are replaced, in the ablations too; %,d tokens that follow %s, of %d"
                        + " documents, are predicted. %s In brackets: 95 %% intervals, by bootstrap over documents.%s",
                model.name(),
                revision,
                model.hook(),
                rows(scope.replaced()),
                scope.tokens(),
                rows(scope.scored()),
                scope.documents(),
                meanings(),
                of.missing() == null ? "" : " Not all is here: " + of.missing() + ".");
    }

    static List<String> head() {
        return row("replaced by", metric -> metric.shown().label());
    }

    /** The runs that know no dictionary, a row each; none if nothing was scored. */
    static List<List<String>> references(ThroughModel of) {
        return of.references().entrySet().stream()
                .map(run -> row(
                        run.getKey().equals(ModelScores.ORIGINAL) ? "nothing" : run.getKey(),
                        metric -> text(metric, run.getValue().get(metric.name()))))
                .toList();
    }

    private static List<String> row(String first, Function<ModelMetric, String> cell) {
        return Stream.concat(Stream.of(first), shown().stream().map(cell)).toList();
    }

    private static List<ModelMetric> shown() {
        return ModelTable.metrics().stream()
                .filter(metric -> ModelTable.OF_A_REFERENCE.contains(metric.name()))
                .toList();
    }

    private static String rows(String word) {
        return word.equals("all") ? "all rows" : "rows of class " + word;
    }

    private static String meanings() {
        return ModelTable.metrics().stream()
                .map(metric -> metric.shown().label() + ": " + metric.meaning() + ".")
                .collect(Collectors.joining(" "));
    }

    private static String text(ModelMetric metric, @Nullable Double value) {
        return metric.shown().format().inReport(value);
    }
}
