package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.kernel.Rows;
import java.util.Set;

/** What every specification of training, or of an SAE, must keep to. */
final class SaeRules {
    static final String FREE = "free";
    static final String UNIT = "unit";

    /** Weights of encoder and decoder, each with its gradient and two moments, and a temporary. */
    private static final int COPIES = 9;

    private SaeRules() {}

    /** The rules of training that any kind has. */
    static void addTraining(Violations violations, TrainingSpec training) {
        violations.requireAtLeast("training.batch-tokens", Rows.LEAST, training.batchTokens());
        violations.requirePositive("training.epochs", training.epochs());
        violations.requirePositive("training.tokens", training.tokens());
        violations.requirePositive("training.checkpoint-tokens", training.checkpointTokens());
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
        violations.requireWord(
                "training.normalisation",
                Set.of(InputScale.NONE, InputScale.EXPECTED_AVERAGE),
                training.normalisation());
    }

    static void addSae(Violations violations, int latents, String decoderNorm, int width, long otherFloats) {
        violations.requirePositive("dictionary.latents", latents);
        violations.requireWord("dictionary.decoder-norm", Set.of(FREE, UNIT), decoderNorm);
        violations.requireRoom("dictionary.latents", latents, width, COPIES, otherFloats);
    }
}
