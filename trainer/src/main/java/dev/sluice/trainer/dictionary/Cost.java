package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.contract.DictionarySpec;

/**
 * What a dictionary costs, from its spec alone: nothing is allocated, and specs far too large to be trained have a cost
 * too. In double, since such products leave the range of a long.
 *
 * @param parameters numbers that are learned
 * @param parameterBytes of them; PCA keeps its covariance in float64, the others float32
 * @param momentBytes of Adam's two moments; 0 where no gradient descends
 * @param flopPerToken of learning one token, counting a multiplication and an addition as two
 */
public record Cost(double parameters, double parameterBytes, double momentBytes, double flopPerToken) {
    private static final int MOMENTS = 2;

    /** Encoding, decoding, and the gradients of codes, decoder and encoder: 2 d n each. */
    private static final int DENSE_PRODUCTS = 5;

    /** What is left of the last four after a selection of k latents: 2 d k each. */
    private static final int SPARSE_PRODUCTS = 4;

    /** @param width d of the stream */
    public static Cost of(DictionarySpec dictionary, int width) {
        return Kinds.ALL.of(dictionary).cost(dictionary, width);
    }

    /** Of float32 numbers that Adam learns. */
    public static Cost descended(double parameters, double flopPerToken) {
        return new Cost(parameters, parameters * Float.BYTES, MOMENTS * parameters * Float.BYTES, flopPerToken);
    }

    /** Parameters of encoder and decoder with their biases. */
    public static double autoencoder(double latents, double d) {
        return 2 * d * latents + latents + d;
    }

    /** FLOP of an encoder product and of what follows a selection of k latents per token. */
    public static double sparseFlop(double latents, double k, double d) {
        return 2 * d * latents + SPARSE_PRODUCTS * 2 * d * k;
    }

    /** FLOP of a step whose every product is dense. */
    public static double denseFlop(double latents, double d) {
        return DENSE_PRODUCTS * 2 * d * latents;
    }

    /** The same where the gate is decoded, and its gradient taken, too. */
    public static double gatedFlop(double latents, double d) {
        return (DENSE_PRODUCTS + 2) * 2 * d * latents;
    }

    /** FLOP of encoding and decoding with dense products. */
    public static double inferenceFlop(double latents, double d) {
        return 2 * 2 * d * latents;
    }

    /** While it is trained. */
    public double bytes() {
        return parameterBytes + momentBytes;
    }
}
