package dev.sluice.evaluator.metric;

import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.LatentSet;

/**
 * What a formula may use.
 *
 * @param of sums over n rows of one class
 * @param fired latents that were active on any row of any class
 * @param width d, of an activation
 * @param latents of the dictionary
 */
public record Sums(ClassSums of, LatentSet fired, int width, int latents) {
    /** Over every row. */
    public static Sums all(BatchStatistics statistics, int width, int latents) {
        return new Sums(statistics.all(), statistics.fired(), width, latents);
    }

    /** Over rows of class rest. */
    public static Sums rest(BatchStatistics statistics, int width, int latents) {
        return new Sums(statistics.rest(), statistics.fired(), width, latents);
    }

    /** n; a formula is asked for at least one row. */
    double rows() {
        return of.rows();
    }
}
