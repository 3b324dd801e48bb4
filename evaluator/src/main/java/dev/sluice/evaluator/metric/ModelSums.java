package dev.sluice.evaluator.metric;

/**
 * What a formula may use of runs of a language model over the same positions.
 *
 * @param run with activations replaced
 * @param original with none replaced
 * @param zero with the same activations replaced by 0
 * @param mean with the same replaced by the mean activation
 */
public record ModelSums(RunSums run, RunSums original, RunSums zero, RunSums mean) {
    /** n; a formula is asked for at least one position. */
    double positions() {
        return run.positions();
    }

    /** How much a run's cross-entropy is above the original's, nats per position. */
    double excess(RunSums of) {
        return (of.crossEntropy() - original.crossEntropy()) / positions();
    }
}
