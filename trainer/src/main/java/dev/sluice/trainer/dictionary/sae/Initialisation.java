package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;

/** How the weights of an SAE begin (MATHEMATICS.md, "Initialisation"). */
public final class Initialisation {
    /** Norm of the rows of a decoder that is free to grow. */
    public static final double FREE_NORM = 0.1;

    private Initialisation() {}

    /**
     * Biases 0, rows of the decoder Kaiming uniform scaled to {@code norm}, the encoder its transpose (the same rows,
     * since both are kept as [n, d]). Kaiming's bound cancels in the scaling.
     */
    public static Parameters tied(NDManager manager, int latents, int width, double norm, long seed) {
        return biased(manager, latents, width, norm, norm, seed);
    }

    /** The same for an SAE of which half the latents fire at the start. */
    public static Parameters dense(NDManager manager, int latents, int width, double norm, long seed) {
        return biased(manager, latents, width, encoderNorm(latents, width, norm), norm, seed);
    }

    private static Parameters biased(
            NDManager manager, int latents, int width, double encoderNorm, double norm, long seed) {
        Shape shape = new Shape(latents, width);
        return new Parameters(manager)
                .with(Parameters.ENCODER, uniformRows(latents, width, encoderNorm, seed), shape)
                .with(Parameters.ENCODER_BIAS, new float[latents], new Shape(latents))
                .with(Parameters.DECODER, uniformRows(latents, width, norm, seed), shape)
                .with(Parameters.DECODER_BIAS, new float[width], new Shape(width));
    }

    /** As {@link #dense}, with the biases of a gate and of magnitudes, both 0, instead of the encoder's, and r = 0. */
    public static Parameters gated(NDManager manager, int latents, int width, double norm, long seed) {
        Shape shape = new Shape(latents, width);
        double encoderNorm = encoderNorm(latents, width, norm);
        return new Parameters(manager)
                .with(Parameters.ENCODER, uniformRows(latents, width, encoderNorm, seed), shape)
                .with(GatedSae.GATE_BIAS, new float[latents], new Shape(latents))
                .with(GatedSae.MAGNITUDE_BIAS, new float[latents], new Shape(latents))
                .with(GatedSae.LOG_SCALE, new float[latents], new Shape(latents))
                .with(Parameters.DECODER, uniformRows(latents, width, norm, seed), shape)
                .with(Parameters.DECODER_BIAS, new float[width], new Shape(width));
    }

    /**
     * Σ_j ReLU(a w_j·x) b w_j is about n a b / 2d times x for random unit w_j. Where that is more than x, rows of the
     * encoder are shorter: OpenAI's initialisation, which measures the factor instead.
     */
    private static double encoderNorm(int latents, int width, double norm) {
        return Math.min(norm, 2.0 * width / (latents * norm));
    }

    /** Decoder rows start at norm 1 if they are kept there, as in dictionary_learning, else at 0.1, as in SAELens. */
    public static double norm(String decoderNorm) {
        return decoderNorm.equals(SaeRules.UNIT) ? 1 : FREE_NORM;
    }

    private static float[] uniformRows(int rows, int width, double norm, long seed) {
        CounterRandom random = new CounterRandom(seed, "decoder");
        float[] values = new float[Math.multiplyExact(rows, width)];
        double[] row = new double[width];
        for (int r = 0; r < rows; r++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                row[i] = 2 * random.uniform((long) r * width + i) - 1;
                squares += row[i] * row[i];
            }
            double factor = norm / Math.sqrt(squares);
            for (int i = 0; i < width; i++) {
                values[r * width + i] = (float) (row[i] * factor);
            }
        }
        return values;
    }
}
