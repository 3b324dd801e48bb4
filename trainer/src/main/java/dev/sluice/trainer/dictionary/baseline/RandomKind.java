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
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.List;

/** Random directions. */
public final class RandomKind implements Kind {
    /** For torch, and for Java. */
    private static final int COPIES = 2;

    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.Random random = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addTraining(violations, spec.training());
        violations.requirePositive("dictionary.latents", random.latents());
        violations.requirePositive("dictionary.k", random.k());
        violations.require(
                random.k() <= random.latents(),
                "dictionary.k",
                "at most dictionary.latents " + random.latents(),
                random.k());
        violations.require(random.k() <= width, "dictionary.k", "at most the width " + width, random.k());
        long block = TopKSelection.blockRows(Math.max(1, random.latents())) * (long) random.latents();
        violations.requireRoom("dictionary.latents", random.latents(), width, COPIES, block);
        return violations.found();
    }

    /** Only the mean is learned; the directions take memory all the same. */
    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        DictionarySpec.Random random = (DictionarySpec.Random) dictionary;
        double d = width;
        double n = random.latents();
        double k = random.k();
        double leastSquares = k * k * d + k * k * k / 3;
        return new Cost(d, (COPIES * n + 2) * d * Float.BYTES, 0, 2 * d * n + leastSquares + 2 * d * k);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        RandomLearner learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    private static RandomLearner learner(VariantSpec spec, int width, NDManager parent) {
        RowChoice choice = new RowChoice(spec.training().skipClasses());
        return new RandomLearner(
                parent.newSubManager(),
                dictionary(spec),
                choice,
                width,
                spec.training().seed());
    }

    private static DictionarySpec.Random dictionary(VariantSpec spec) {
        return (DictionarySpec.Random) spec.dictionary();
    }
}
