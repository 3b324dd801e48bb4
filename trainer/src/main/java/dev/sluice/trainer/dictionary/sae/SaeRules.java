package dev.sluice.trainer.dictionary.sae;

import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.kernel.TopKSelection;

/** How large an SAE may be, and words of its spec. */
public final class SaeRules {
    public static final String FREE = "free";
    public static final String UNIT = "unit";
    public static final String BY_DECODER_NORM = "decoder-norm";
    public static final String UNWEIGHTED = "none";
    public static final String REFERENCE = TrainingKeys.SAELENS;

    /** Weights of encoder and decoder, each with its gradient and two moments, and a temporary. */
    private static final int COPIES = 9;

    /** Row, latent and value of each code, three times over, of half the codes of a batch. */
    private static final int THRESHOLD_COPIES = 8;

    private SaeRules() {}

    /** Whether the formulas are those of SAELens 6.18, as its goldens have them, instead of the corrected ones. */
    public static boolean isReference(TrainingSpec training) {
        return training.reference().equals(REFERENCE);
    }

    /** An SAE that selects few latents, so that a block of pre-activations is all that it holds beside its weights. */
    public static void addSelecting(Violations violations, int latents, int width) {
        long block = TopKSelection.blockRows(Math.max(1, latents)) * (long) latents;
        violations.requireRoom("dictionary.latents", latents, width, COPIES, block);
    }

    /** An SAE that selects by a threshold, which under the reference is 0 at first, so that half of all codes pass it. */
    public static void addThreshold(Violations violations, int latents, TrainingSpec training) {
        if (isReference(training)) {
            violations.requireRoom(
                    "dictionary.latents x training.batch-tokens", training.batchTokens(), latents, THRESHOLD_COPIES, 0);
        }
    }

    /** An SAE that holds all codes of a batch. */
    public static void addDense(Violations violations, int latents, TrainingSpec training, int width) {
        long codes = (long) Math.max(0, training.batchTokens()) * Math.max(0, latents);
        violations.requireRoom("dictionary.latents", latents, width, COPIES, codes);
        violations.requireRoom("dictionary.latents x training.batch-tokens", training.batchTokens(), latents, 1, 0);
    }
}
