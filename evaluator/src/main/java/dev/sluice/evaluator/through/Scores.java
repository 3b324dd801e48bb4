package dev.sluice.evaluator.through;

import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.metric.ModelSums;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.evaluator.metric.RunSums;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns the sums of a pass into figures. */
final class Scores {
    private final StreamSpec stream;
    private final Scope scope;
    private final Map<String, DocumentSums> references;
    private final DocumentSums original;

    /** @param references sums of the reference runs by name; one that could not be made is left out */
    Scores(StreamSpec stream, Scope scope, Map<String, DocumentSums> references) {
        this.stream = stream;
        this.scope = scope;
        this.references = references;
        this.original = reference(ModelScores.ORIGINAL);
    }

    /** @param views sums of their runs by name */
    ModelScores of(Map<String, DocumentSums> views) {
        Map<String, ModelScores.View> figures = new TreeMap<>();
        views.forEach((name, sums) -> {
            requireFinite(name, sums.total());
            figures.put(name, figures(sums));
        });
        Map<String, Map<String, Double>> ofReferences = new TreeMap<>();
        references.forEach((name, sums) -> ofReferences.put(name, referenceFigures(sums)));
        return new ModelScores(model(), extent(), ofReferences, figures);
    }

    private static void requireFinite(String view, RunSums total) {
        if (!total.isFinite()) {
            throw new IllegalArgumentException("the model's predictions with the reconstructions of view '" + view
                    + "' must be finite, got " + total + ": are the checkpoint's parameters finite?");
        }
    }

    private ModelScores.Model model() {
        RowValues values = stream.values();
        return new ModelScores.Model(values.model(), values.modelRevision(), values.modelDtype(), values.hook());
    }

    private ModelScores.Scope extent() {
        return new ModelScores.Scope(
                scope.replaced().word(),
                scope.scored().word(),
                original.total().positions(),
                documents().size());
    }

    private Map<String, Double> referenceFigures(DocumentSums sums) {
        Map<String, Double> values = ModelTable.values(together(sums).sums(documents()));
        values.keySet().retainAll(ModelTable.OF_A_REFERENCE);
        return values;
    }

    private ModelScores.View figures(DocumentSums sums) {
        Together runs = together(sums);
        return new ModelScores.View(
                ModelTable.values(runs.sums(documents())), Bootstrap.intervals(documents(), runs::sums));
    }

    /** Those with a scored position. */
    private List<Long> documents() {
        return original.documents().stream()
                .filter(document -> original.of(document).positions() > 0)
                .toList();
    }

    private DocumentSums reference(String name) {
        return references.getOrDefault(name, new DocumentSums());
    }

    private Together together(DocumentSums run) {
        return new Together(run, original, reference(ModelScores.ZERO), reference(ModelScores.MEAN));
    }

    /** The runs of which quotients are made, document by document. */
    private record Together(DocumentSums run, DocumentSums original, DocumentSums zero, DocumentSums mean) {
        /** @param documents each as often as it stands here */
        ModelSums sums(List<Long> documents) {
            return new ModelSums(
                    sum(run, documents), sum(original, documents), sum(zero, documents), sum(mean, documents));
        }

        private static RunSums sum(DocumentSums of, List<Long> documents) {
            return documents.stream().map(of::of).reduce(RunSums.ZERO, RunSums::plus);
        }
    }
}
