package dev.sluice.evaluator.rolling;

import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.LatentSet;
import org.jspecify.annotations.Nullable;

/**
 * Metrics from sums, in float64: the only place where they are divided. Definitions: the trainer's MATHEMATICS.md,
 * "Metrics".
 */
final class Metrics {
    /** A variance below this share of Σ ‖x‖² is rounding: the rows are all equal. */
    private static final double NO_VARIANCE = 1e-12;

    private Metrics() {}

    /**
     * @param sums over n rows
     * @param width d
     */
    static Values of(ClassSums sums, int width) {
        double rows = Math.max(1, sums.rows());
        double sse = sums.squaredError() / rows;
        return new Values(
                sums.rows(),
                sse / width,
                sse,
                fvu(sums),
                sums.active() / rows,
                sums.l1() / rows,
                sums.cosine() / rows,
                sums.normRatio() / rows,
                sums.dot() == 0 ? null : sums.reconstructionSquaredNorm() / sums.dot());
    }

    /** FVU = Σ ‖x - x̂‖² / (Σ ‖x‖² - ‖Σ x‖² / n), about the rows' own mean. */
    private static @Nullable Double fvu(ClassSums sums) {
        if (sums.rows() == 0) {
            return null;
        }
        double variance = sums.squaredNorm() - sums.sum().squaredNorm() / sums.rows();
        return variance > NO_VARIANCE * sums.squaredNorm() ? sums.squaredError() / variance : null;
    }

    /** Share of the latents that are not in the set. */
    static double deadFraction(LatentSet fired, int latents) {
        return 1 - (double) fired.size() / latents;
    }
}
