package dev.sluice.evaluator.contract;

import dev.sluice.trainer.contract.FiringDensity;
import dev.sluice.trainer.contract.Measurement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.metrics}: the metrics of one variant's view on one split over one window of tokens. This
 * is what users read, also from other tools. Key: {@code <series>/<generation>/<split>/<window end>}.
 *
 * @param version of this contract
 * @param variant id
 * @param view of the learner, empty for its only one
 * @param series name of the view in reports and on the page
 * @param generation 0 until replayed
 * @param stream id
 * @param kind of the dictionary
 * @param split prequential, seen, heldout, or {@code summary} (prequential over the last fifth of the first pass)
 * @param windowEnd the window's name: tokens at which it ends unless the split ends before; the same while it is open
 * @param fromTokens trained before the first batch in the window
 * @param toTokens trained after the last batch in the window so far; for held-out the tokens of the checkpoint
 * @param partial the window is still open
 * @param last no further window of this split will come
 * @param latents size of the dictionary
 * @param all metrics over every row
 * @param rest metrics over class rest; rankings use these
 * @param deadFraction latents silent in this window, as a share
 * @param deadFractionLong latents silent over the last {@code deadWindowTokens}, null until that many were seen
 * @param deadWindowTokens length of the longer window
 * @param density how often latents fire over every row; held-out only, null otherwise
 * @param losses means over the window's tokens, each batch before its update, by the rule of training
 * @param atMillis of the last measurement in the window
 */
public record RollingMetrics(
        int version,
        String variant,
        String view,
        String series,
        int generation,
        String stream,
        String kind,
        String split,
        long windowEnd,
        long fromTokens,
        long toTokens,
        boolean partial,
        boolean last,
        int latents,
        Values all,
        Values rest,
        double deadFraction,
        @Nullable Double deadFractionLong,
        long deadWindowTokens,
        @Nullable FiringDensity density,
        Map<String, Double> losses,
        long atMillis) {
    public static final String SUMMARY = "summary";

    /**
     * Means over rows; 0 where no row was measured.
     *
     * @param rows measured
     * @param mse squared error per element: SSE / (rows d)
     * @param sse squared error per token
     * @param fvu fraction of variance unexplained, null where the rows have no variance
     * @param l0 active latents per token
     * @param l1 Σ |f_j| ‖w_j‖ per token, raw units
     * @param cosine mean
     * @param normRatio mean ‖x̂‖ / ‖x‖
     * @param reconstructionBias Σ ‖x̂‖² / Σ x·x̂, null if the divisor is 0; below 1 is shrinkage
     */
    public record Values(
            long rows,
            double mse,
            double sse,
            @Nullable Double fvu,
            double l0,
            double l1,
            double cosine,
            double normRatio,
            @Nullable Double reconstructionBias) {}

    /** Key of the record. */
    public String key() {
        return Measurement.series(variant, view) + "/" + generation + "/" + split + "/" + windowEnd;
    }
}
