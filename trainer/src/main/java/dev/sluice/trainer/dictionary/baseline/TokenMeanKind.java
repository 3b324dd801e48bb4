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

/** Means of token ids. */
public final class TokenMeanKind implements Kind {
    /**
     * The mean activation of each token id.
     *
     * @param latents ids that may have one, from 0: the size of the vocabulary
     */
    public record TokenMean(int latents) implements DictionarySpec {
        @Override
        public String kind() {
            return "token-mean";
        }
    }

    /** The means, and those read while they move. */
    private static final int COPIES = 2;

    private static final Descriptor<TokenMean> DESCRIPTOR = Descriptor.of(
                    "token-mean",
                    TokenMean.class,
                    new Descriptor.Title(
                            "baseline",
                            "Token means",
                            "the mean of each token id; latents is the size of the vocabulary"))
            .with(Key.integer("latents", 50_304)
                    .atLeast(1)
                    .letter("n")
                    .unit("token ids")
                    .inForm()
                    .text("ids that may have a mean, from 0: the size of the vocabulary"))
            .withoutDescent();

    @Override
    public Descriptor<TokenMean> descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        int latents = dictionary(spec).latents();
        violations.requireRoom("dictionary.latents", latents, width, COPIES, 0);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        double numbers = (((TokenMean) dictionary).latents() + 1.0) * width;
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

    private static TokenMean dictionary(VariantSpec spec) {
        return (TokenMean) spec.dictionary();
    }
}
