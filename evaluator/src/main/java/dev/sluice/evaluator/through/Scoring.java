package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDArray;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.producer.model.Comparison;
import dev.sluice.producer.model.Predictions;
import dev.sluice.trainer.dictionary.Batch;
import java.util.ArrayList;
import java.util.List;

/** Runs a batch through the model with rows replaced, and compares the predictions with the original ones. */
final class Scoring {
    private final HookedModel model;
    private final Splice splice;
    private final Scope scope;

    Scoring(HookedModel model, Splice splice, Scope scope) {
        this.model = model;
        this.splice = splice;
        this.scope = scope;
    }

    /** A run with its sums so far. */
    record Run(Substitute substitute, DocumentSums sums) {
        static Run of(Substitute substitute) {
            return new Run(substitute, new DocumentSums());
        }
    }

    OriginalRun original(Batch batch, List<WindowGroup> groups) {
        return OriginalRun.of(model, splice, batch.x(), groups);
    }

    /** Adds what the original predicts: the cross-entropy, and no distance from itself. */
    void addOriginal(DocumentSums sums, OriginalRun original, List<WindowGroup> groups) {
        for (int i = 0; i < groups.size(); i++) {
            Predictions predictions = original.groups().get(i).predictions();
            groups.get(i).addTo(sums, predictions.compareWith(predictions), scope.scored());
        }
    }

    /** Adds what some runs predict; together they share the original's distributions. */
    void add(List<Run> runs, OriginalRun original, List<WindowGroup> groups, RowBatch rows, Batch batch) {
        List<NDArray> substitutes = new ArrayList<>();
        try {
            runs.forEach(run -> substitutes.add(run.substitute().of(rows, batch)));
            for (int i = 0; i < groups.size(); i++) {
                add(runs, substitutes, original.groups().get(i), groups.get(i), batch.x());
            }
        } finally {
            substitutes.forEach(NDArray::close);
        }
    }

    private void add(
            List<Run> runs, List<NDArray> substitutes, OriginalRun.Group original, WindowGroup group, NDArray x) {
        int[][] tokens = group.tokens();
        long[] places = group.places(scope.replaced());
        List<Predictions> predictions = new ArrayList<>();
        try {
            for (NDArray substitute : substitutes) {
                try (NDArray activations = splice.activations(x, substitute, group, places)) {
                    predictions.add(model.predict(activations, original.beside(), tokens));
                }
            }
            List<Comparison> comparisons = original.predictions().compare(predictions);
            for (int i = 0; i < runs.size(); i++) {
                group.addTo(runs.get(i).sums(), comparisons.get(i), scope.scored());
            }
        } finally {
            predictions.forEach(Predictions::close);
        }
    }
}
