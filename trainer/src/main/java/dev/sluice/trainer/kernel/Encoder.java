package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What pre-activations (x·w_j + b_j) n_j are made of. Selection compares them with their norms; codes have none.
 *
 * @param weights float32 [n, d]
 * @param bias float32 [n]
 * @param norms n_j, float32 [n]; null where all are 1
 */
public record Encoder(
        NDArray weights, NDArray bias, @Nullable NDArray norms) {
    /** The same pre-activations without norms of their own: weights and bias are multiplied by them. */
    public Encoder scaled() {
        return norms == null ? this : new Encoder(weights.mul(norms.expandDims(1)), bias.mul(norms), null);
    }

    /** Of the latents that {@code names}, int64, lists. */
    public Encoder of(NDArray names) {
        return new Encoder(weights.get(names), bias.get(names), norms == null ? null : norms.get(names));
    }

    /** The same with norms, also where all are 1. */
    Encoder withFactors() {
        return new Encoder(weights, bias, factors());
    }

    /** n_j, float32 [n], also where all are 1; in the scope or manager of the bias. */
    NDArray factors() {
        return norms == null ? bias.onesLike() : norms;
    }
}
