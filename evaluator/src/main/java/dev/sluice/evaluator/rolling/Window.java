package dev.sluice.evaluator.rolling;

import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.Measurement;
import java.util.Map;

/**
 * The sums of some consecutive batches.
 *
 * @param index floor(tokens / width of a window) of its first batch
 * @param fromTokens trained before its first batch
 * @param toTokens trained after its last batch
 * @param statistics sums
 * @param losses of its last step
 * @param atMillis of its last batch
 */
record Window(
        long index,
        long fromTokens,
        long toTokens,
        BatchStatistics statistics,
        Map<String, Double> losses,
        long atMillis) {

    static Window of(long index, Measurement batch) {
        return new Window(
                index,
                batch.tokens(),
                batch.tokens() + batch.batchTokens(),
                batch.statistics(),
                batch.losses(),
                batch.atMillis());
    }

    /** This window and what follows it. */
    Window plus(Window next) {
        return new Window(
                index, fromTokens, next.toTokens, statistics.plus(next.statistics), next.losses, next.atMillis);
    }

    long tokens() {
        return toTokens - fromTokens;
    }
}
