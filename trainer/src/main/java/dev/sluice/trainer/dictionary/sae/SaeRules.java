package dev.sluice.trainer.dictionary.sae;

import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.contract.AdamSpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.kernel.Schedule;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.Set;

/** What every specification of training, or of an SAE, must keep to. */
public final class SaeRules {
    public static final String FREE = "free";
    public static final String UNIT = "unit";
    public static final String BY_DECODER_NORM = "decoder-norm";
    public static final String UNWEIGHTED = "none";
    public static final String CORRECTED = "none";
    public static final String REFERENCE = "saelens-6.18";

    /** Weights of encoder and decoder, each with its gradient and two moments, and a temporary. */
    private static final int COPIES = 9;

    /** Row, latent and value of each code, three times over, of half the codes of a batch. */
    private static final int THRESHOLD_COPIES = 8;

    private SaeRules() {}

    /** Whether the formulas are those of SAELens 6.18, as its goldens have them, instead of the corrected ones. */
    public static boolean isReference(TrainingSpec training) {
        return training.reference().equals(REFERENCE);
    }

    /** The rules of training that any kind has. */
    public static void addTraining(Violations violations, TrainingSpec training) {
        violations.requireAtLeast("training.batch-tokens", StableProduct.LEAST_ROWS, training.batchTokens());
        violations.requirePositive("training.epochs", training.epochs());
        violations.requirePositive("training.tokens", training.tokens());
        violations.requirePositive("training.checkpoint-tokens", training.checkpointTokens());
        training.skipClasses()
                .forEach(name -> violations.requireWord("training.skip-classes", RowChoice.SKIPPABLE, name));
    }

    /** The rules of training by gradients. */
    static void addDescent(Violations violations, TrainingSpec training) {
        addTraining(violations, training);
        violations.require(
                training.learningRate() > 0 && Double.isFinite(training.learningRate()),
                "training.learning-rate",
                "finite and positive",
                training.learningRate());
        violations.requireShare("training.warm-up", training.warmUp());
        violations.requireShare("training.decay", training.decay());
        violations.require(
                !(training.warmUp() + training.decay() > 1),
                "training.warm-up + training.decay",
                "at most 1",
                training.warmUp() + training.decay());
        violations.requireAmount("training.clip-norm", training.clipNorm());
        violations.requireWord("training.normalisation", InputScale.ALL, training.normalisation());
        violations.requireWord(
                "training.schedule", Set.of(Schedule.CONSTANT, Schedule.LINEAR, Schedule.COSINE), training.schedule());
        addAdam(violations, training.adam());
        violations.requireWord("training.decoder-bias", DecoderBias.ALL, training.decoderBias());
        violations.requireWord("training.reference", Set.of(CORRECTED, REFERENCE), training.reference());
    }

    private static void addAdam(Violations violations, AdamSpec adam) {
        violations.require(adam.beta1() >= 0 && adam.beta1() < 1, "training.adam.beta1", "in [0, 1)", adam.beta1());
        violations.require(adam.beta2() >= 0 && adam.beta2() < 1, "training.adam.beta2", "in [0, 1)", adam.beta2());
        violations.requirePositiveAmount("training.adam.epsilon", adam.epsilon());
        violations.requireAmount("training.adam.weight-decay", adam.weightDecay());
    }

    private static void addSae(Violations violations, int latents, String decoderNorm, int width, long otherFloats) {
        violations.requirePositive("dictionary.latents", latents);
        violations.requireWord("dictionary.decoder-norm", Set.of(FREE, UNIT), decoderNorm);
        violations.requireRoom("dictionary.latents", latents, width, COPIES, otherFloats);
    }

    /** An SAE that selects few latents, so that a block of pre-activations is all that it holds beside its weights. */
    public static void addSelecting(Violations violations, int latents, int k, String decoderNorm, int width) {
        long block = TopKSelection.blockRows(Math.max(1, latents)) * (long) latents;
        addSae(violations, latents, decoderNorm, width, block);
        violations.requirePositive("dictionary.k", k);
        violations.require(k <= latents, "dictionary.k", "at most dictionary.latents " + latents, k);
    }

    /** An SAE that selects by a threshold, which under the reference is 0 at first, so that half of all codes pass it. */
    public static void addThreshold(Violations violations, int latents, TrainingSpec training) {
        if (isReference(training)) {
            violations.requireRoom(
                    "dictionary.latents x training.batch-tokens", training.batchTokens(), latents, THRESHOLD_COPIES, 0);
        }
    }

    /** An SAE that holds all codes of a batch. */
    public static void addDense(
            Violations violations, int latents, String decoderNorm, TrainingSpec training, int width) {
        long codes = (long) Math.max(0, training.batchTokens()) * Math.max(0, latents);
        addSae(violations, latents, decoderNorm, width, codes);
        violations.requireRoom("dictionary.latents x training.batch-tokens", training.batchTokens(), latents, 1, 0);
    }

    public static void addAux(Violations violations, double coefficient, int k, String normalisation, long deadTokens) {
        violations.requireAmount("dictionary.aux-coefficient", coefficient);
        violations.requireAtLeast("dictionary.aux-k", 0, k);
        violations.requireWord("dictionary.aux-normalisation", Set.of(AuxK.SAELENS, AuxK.OPENAI), normalisation);
        violations.requireAtLeast("dictionary.dead-tokens", 0, deadTokens);
    }
}
