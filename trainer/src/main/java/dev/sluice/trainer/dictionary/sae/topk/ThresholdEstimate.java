package dev.sluice.trainer.dictionary.sae.topk;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;

/**
 * The threshold by which BatchTopK infers: a running mean, in float64, of the least value that each batch selected,
 * τ ← 0.99 τ + 0.01 least (SAELens's {@code topk_threshold}, MATHEMATICS.md, "BatchTopK"), in units of pre-activation
 * times decoder norm where selection is by that. State.
 *
 * <p>SAELens starts from τ = 0, so that for the first hundred batches far more latents fire in inference than in
 * training. The default divides by 1 - 0.99^t, as Adam does with its moments: a mean over the t batches seen. Before the
 * first batch nothing is above it.
 */
final class ThresholdEstimate {
    private static final String STATE = "threshold";
    private static final double RATE = 0.01;

    private final boolean unbiased;
    private double mean;
    private double batches;

    /** @param unbiased false for SAELens 6.18 */
    ThresholdEstimate(boolean unbiased) {
        this.unbiased = unbiased;
    }

    /** @param least positive value that a batch selected; 0, which changes nothing, if it selected none */
    void add(float least) {
        if (least > 0) {
            mean = (1 - RATE) * mean + RATE * least;
            batches++;
        }
    }

    /** τ as the float32 that values are compared with. */
    float value() {
        if (!unbiased) {
            return (float) mean;
        }
        return batches == 0 ? Float.POSITIVE_INFINITY : (float) (mean / (1 - StrictMath.pow(1 - RATE, batches)));
    }

    void save(StateSink out) {
        out.doubles(STATE, new double[] {mean, batches});
    }

    void restore(StateSource state) {
        double[] saved = state.doubles(STATE);
        mean = saved[0];
        batches = saved[1];
    }
}
