package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Sums;

/**
 * The loss w ⟨‖x̂ - x‖²⟩, a mean over the rows of a batch.
 *
 * @param error x̂ - x, [rows, d]
 * @param weight w
 */
public record SquaredError(NDArray error, double weight, int rows) {
    /** Of weight 1. */
    public static SquaredError of(NDArray reconstructed, NDArray x, int rows) {
        return new SquaredError(reconstructed.sub(x), 1, rows);
    }

    /** The gradient of the loss by x̂, [rows, d]: a new tensor. */
    public NDArray gradient() {
        return error.mul(2 * weight / rows);
    }

    public double loss(Rows sums) {
        return weight * Sums.of(sums.squaredNorms(error)) / rows;
    }
}
