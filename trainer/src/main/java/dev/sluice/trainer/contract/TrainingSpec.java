package dev.sluice.trainer.contract;

import java.util.Objects;

/**
 * How a variant is trained. Everything counts in tokens, so that it does not depend on how the stream was cut.
 *
 * @param learningRate peak, of Adam; ignored by kmeans and pca
 * @param batchTokens exact rows of a batch
 * @param epochs passes over the complete stream; they end the training
 * @param tokens horizon of the schedules (warm-up, decay); fixed in the spec, since the stream's end is not known at
 *     the start
 * @param warmUp share of {@code tokens} over which the rate rises linearly
 * @param decay share of {@code tokens} at the end over which it falls linearly to 0
 * @param clipNorm largest norm of the whole gradient, 0 for none
 * @param normalisation of the input: {@code none} or {@code expected-average} (mean norm of the first batch to √d)
 * @param seed of the initialisation
 * @param checkpointTokens distance of checkpoints, and so of held-out scores
 * @param reference {@code none}: the formulas are the corrected ones, as the Javadoc of each SAE says; {@code
 *     saelens-6.18}: they are SAELens's, for comparisons with it
 */
public record TrainingSpec(
        double learningRate,
        int batchTokens,
        int epochs,
        long tokens,
        double warmUp,
        double decay,
        double clipNorm,
        String normalisation,
        long seed,
        long checkpointTokens,
        String reference) {
    private static final String CORRECTED = "none";

    /** Specs from before there were options have their defaults. */
    public TrainingSpec {
        reference = Objects.requireNonNullElse(reference, CORRECTED);
    }

    /** With the defaults of all options. */
    public TrainingSpec(
            double learningRate,
            int batchTokens,
            int epochs,
            long tokens,
            double warmUp,
            double decay,
            double clipNorm,
            String normalisation,
            long seed,
            long checkpointTokens) {
        this(
                learningRate,
                batchTokens,
                epochs,
                tokens,
                warmUp,
                decay,
                clipNorm,
                normalisation,
                seed,
                checkpointTokens,
                CORRECTED);
    }
}
