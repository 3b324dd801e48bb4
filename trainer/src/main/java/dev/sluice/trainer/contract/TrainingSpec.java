package dev.sluice.trainer.contract;

import java.util.List;
import java.util.Objects;

/**
 * How a variant is trained. Everything counts in tokens, so that it does not depend on how the stream was cut. All but
 * batch, epochs, tokens, seed, checkpoints and skipped classes are for kinds that descend gradients; the others ignore
 * them.
 *
 * @param learningRate peak, of Adam
 * @param batchTokens exact rows of a batch
 * @param epochs passes over the complete stream; they end the training
 * @param tokens horizon of the schedules (warm-up, decay); fixed in the spec, since the stream's end is not known at
 *     the start
 * @param warmUp share of {@code tokens} over which the rate rises linearly
 * @param decay share of {@code tokens} at the end over which it falls linearly to 0, of the schedule {@code linear}
 * @param clipNorm largest norm of the whole gradient, 0 for none
 * @param normalisation of the input: {@code none}, {@code expected-average} (mean norm of the first batch to √d), {@code
 *     layer-norm} or {@code constant-norm-rescale} (norm of each row to √d)
 * @param seed of the initialisation
 * @param checkpointTokens distance of checkpoints, and so of held-out scores
 * @param schedule after the warm-up: {@code constant}, {@code linear}, or {@code cosine}, to a tenth at the horizon
 * @param adam its constants
 * @param decoderBias what b_dec begins with, from the first batch: its {@code mean}, its {@code geometric-median}, or
 *     {@code zero}
 * @param skipClasses of rows, by {@link dev.sluice.producer.contract.RowClass}, that are measured but not learned from
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
        String schedule,
        AdamSpec adam,
        String decoderBias,
        List<String> skipClasses,
        String reference) {
    private static final String LINEAR = "linear";
    private static final String MEAN = "mean";
    private static final String CORRECTED = "none";

    /** Specs from before there were options have their defaults. */
    public TrainingSpec {
        schedule = Objects.requireNonNullElse(schedule, LINEAR);
        adam = Objects.requireNonNullElse(adam, AdamSpec.DEFAULT);
        decoderBias = Objects.requireNonNullElse(decoderBias, MEAN);
        skipClasses = List.copyOf(Objects.requireNonNullElse(skipClasses, List.of()));
        reference = Objects.requireNonNullElse(reference, CORRECTED);
    }
}
