package dev.sluice.trainer.dictionary.baseline;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import java.util.List;

/** Means of token ids. */
public final class TokenMeanKind implements Kind {
    /** The means, and those read while they move. */
    private static final int COPIES = 2;

    @Override
    public List<String> violations(VariantSpec spec, int width) {
        int latents = dictionary(spec).latents();
        Violations violations = new Violations();
        SaeRules.addTraining(violations, spec.training());
        violations.requirePositive("dictionary.latents", latents);
        violations.requireRoom("dictionary.latents", latents, width, COPIES, 0);
        return violations.found();
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        double numbers = (((DictionarySpec.TokenMean) dictionary).latents() + 1.0) * width;
        return new Cost(numbers, numbers * Float.BYTES, 0, 2.0 * width);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        TokenMeanLearner learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    private static TokenMeanLearner learner(VariantSpec spec, int width, NDManager parent) {
        RowChoice choice = new RowChoice(spec.training().skipClasses());
        return new TokenMeanLearner(parent.newSubManager(), dictionary(spec).latents(), choice, width);
    }

    private static DictionarySpec.TokenMean dictionary(VariantSpec spec) {
        return (DictionarySpec.TokenMean) spec.dictionary();
    }
}
