package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Gradients of a loss by an encoder and a decoder, summed over rows.
 *
 * @param encoder [n, d]
 * @param encoderBias [n]
 * @param decoder [n, d]
 * @param input of the encoder's input through the codes, [d]
 */
public record CoderGradients(NDArray encoder, NDArray encoderBias, NDArray decoder, NDArray input) {
    /** What a program returns of them, in this order. */
    public static CoderGradients of(NDList made) {
        return new CoderGradients(made.get(0), made.get(1), made.get(2), made.get(3));
    }
}
