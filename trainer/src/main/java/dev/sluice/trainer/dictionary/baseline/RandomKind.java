package dev.sluice.trainer.dictionary.baseline;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.kernel.TopKSelection;

/** Random directions. */
public final class RandomKind implements Kind {
    /**
     * Random unit directions with least squares on the support.
     *
     * @param latents n
     * @param k directions per token, at most n and d
     */
    public record Random(int latents, int k) implements DictionarySpec {
        @Override
        public String kind() {
            return "random";
        }
    }

    /** For torch, and for Java. */
    private static final int COPIES = 2;

    private static final Descriptor<Random> DESCRIPTOR = Descriptor.of(
                    "random",
                    Random.class,
                    new Descriptor.Title(
                            "baseline", "Random", "k random directions, least squares on them; nothing is learnt"))
            .with(
                    Key.integer("latents", 1024).atLeast(1).letter("n").inForm().text("number of directions"),
                    Key.integer("k", 16)
                            .atLeast(1)
                            .notAbove("latents")
                            .unit("latents per token")
                            .inForm()
                            .text("directions of each token"))
            .withoutDescent();

    @Override
    public Descriptor<Random> descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        Random random = dictionary(spec);
        violations.require(random.k() <= width, "dictionary.k", "at most the width " + width, random.k());
        long block = TopKSelection.blockRows(Math.max(1, random.latents())) * (long) random.latents();
        violations.requireRoom("dictionary.latents", random.latents(), width, COPIES, block);
    }

    /** Only the mean is learned; the directions take memory all the same. */
    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        Random random = (Random) dictionary;
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

    private static Random dictionary(VariantSpec spec) {
        return (Random) spec.dictionary();
    }
}
