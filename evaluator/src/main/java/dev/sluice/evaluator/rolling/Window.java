package dev.sluice.evaluator.rolling;

import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.Measurement;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sums of some consecutive batches.
 *
 * @param index floor(tokens / width of a window) of its first batch
 * @param fromTokens trained before its first batch
 * @param toTokens trained after its last batch
 * @param statistics sums
 * @param losses means over its tokens; a batch that was not learned from has none
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
                index, fromTokens, next.toTokens, statistics.plus(next.statistics), meanLosses(next), next.atMillis);
    }

    private Map<String, Double> meanLosses(Window next) {
        Map<String, Double> means = new TreeMap<>(losses);
        next.losses.forEach((name, theirs) -> means.merge(
                name, theirs, (mine, other) -> (mine * tokens() + other * next.tokens()) / (tokens() + next.tokens())));
        return means;
    }

    long tokens() {
        return toTokens - fromTokens;
    }
}
