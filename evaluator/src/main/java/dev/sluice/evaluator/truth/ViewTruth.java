package dev.sluice.evaluator.truth;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import org.jspecify.annotations.Nullable;

/** What is found of one view. On the compute thread. */
final class ViewTruth {
    private final Dictionary view;
    private final Writing writing;
    private final Truth truth;
    private @Nullable Compared compared;

    /** Its directions against the features, and its firings. */
    private record Compared(Match match, Firings firings) {}

    ViewTruth(Dictionary view, String kind, Truth truth) {
        this.view = view;
        this.writing = Writing.of(kind);
        this.truth = truth;
    }

    /** Compares the directions, once. */
    private Compared compared() {
        Compared known = compared;
        if (known == null) {
            try (NDArray atoms = view.atoms();
                    NDManager memory = atoms.getManager().newSubManager()) {
                float[] directions = writing.directions(atoms.toFloatArray(), truth.mean());
                Match match = Match.of(memory, truth.directions(), directions, truth.width());
                known = new Compared(match, new Firings(writing, match.pairs(), directions.length / truth.width()));
            }
            compared = known;
        }
        return known;
    }

    void add(Batch batch, int[][] supports) {
        Firings firings = compared().firings();
        Reconstruction made = view.reconstruct(batch);
        try {
            firings.add(made, supports);
        } finally {
            made.reconstructed().close();
        }
    }

    TruthFigures.View figures() {
        Firings firings = compared().firings();
        boolean counted = !firings.isEmpty();
        return new TruthFigures.View(
                Figures.found(compared().match(), truth.width(), j -> !counted || firings.isAlive(j)),
                counted ? firings.againstFeatures() : null,
                counted ? firings.latents() : null);
    }
}
