package dev.sluice.trainer.contract;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sluice.measurements}, key = variant id: sums over one training batch before its update, or over
 * the held-out rows by one checkpoint. Idempotent: a repeated (variant, view, generation, split, step) is dropped.
 *
 * @param version of this contract
 * @param variant id
 * @param view of the learner: empty for its only one, {@code first-8}, {@code per-token-8}, ...
 * @param generation 0 until replayed
 * @param stream id
 * @param kind of the dictionary
 * @param split {@code prequential} (first pass), {@code seen} (a batch with any row of a later pass), {@code heldout}
 * @param step the update that follows, or the step of the checkpoint that is scored
 * @param tokens trained before this batch, or by the checkpoint
 * @param batchTokens rows measured
 * @param last no further measurement of this split will come
 * @param width d
 * @param latents size of the view's dictionary
 * @param losses by name, as the learner reports them (loss, l1, aux, gradient-norm, learning-rate), prequential only
 * @param statistics sums
 * @param density how often latents fire; held-out only, null otherwise
 * @param atMillis when it was taken
 */
public record Measurement(
        int version,
        String variant,
        String view,
        int generation,
        String stream,
        String kind,
        String split,
        long step,
        long tokens,
        long batchTokens,
        boolean last,
        int width,
        int latents,
        Map<String, Double> losses,
        BatchStatistics statistics,
        @Nullable FiringDensity density,
        long atMillis) {
    public static final String PREQUENTIAL = "prequential";
    public static final String SEEN = "seen";
    public static final String HELDOUT = "heldout";

    /** Of a training batch: too few rows for a density. */
    public Measurement(
            int version,
            String variant,
            String view,
            int generation,
            String stream,
            String kind,
            String split,
            long step,
            long tokens,
            long batchTokens,
            boolean last,
            int width,
            int latents,
            Map<String, Double> losses,
            BatchStatistics statistics,
            long atMillis) {
        this(
                version,
                variant,
                view,
                generation,
                stream,
                kind,
                split,
                step,
                tokens,
                batchTokens,
                last,
                width,
                latents,
                losses,
                statistics,
                null,
                atMillis);
    }

    /** The name of the view in reports and on the page: the variant's id, with the view after it if there are several. */
    public static String series(String variant, String view) {
        return view.isEmpty() ? variant : variant + "-" + view;
    }
}
