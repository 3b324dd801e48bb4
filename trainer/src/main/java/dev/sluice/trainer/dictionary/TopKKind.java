package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.List;
import java.util.Set;

/** TopK SAEs. */
final class TopKKind implements Kind {
    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.TopK topK = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addDescent(violations, spec.training());
        long block = TopKSelection.blockRows(Math.max(1, topK.latents())) * (long) topK.latents();
        SaeRules.addSae(violations, topK.latents(), topK.decoderNorm(), width, block);
        violations.requirePositive("dictionary.k", topK.k());
        violations.require(
                topK.k() <= topK.latents(), "dictionary.k", "at most dictionary.latents " + topK.latents(), topK.k());
        violations.requireAmount("dictionary.aux-coefficient", topK.auxCoefficient());
        violations.requireAtLeast("dictionary.aux-k", 0, topK.auxK());
        violations.requireWord(
                "dictionary.aux-normalisation", Set.of(AuxK.SAELENS, AuxK.OPENAI), topK.auxNormalisation());
        violations.requireAtLeast("dictionary.dead-tokens", 0, topK.deadTokens());
        return violations.found();
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        DictionarySpec.TopK topK = (DictionarySpec.TopK) dictionary;
        return Cost.descended(
                Cost.autoencoder(topK.latents(), width), Cost.sparseFlop(topK.latents(), topK.k(), width));
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        SaeLearner<?> learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    private static SaeLearner<?> learner(VariantSpec spec, int width, NDManager parent) {
        DictionarySpec.TopK topK = dictionary(spec);
        NDManager manager = parent.newSubManager();
        double norm = Initialisation.norm(topK.decoderNorm());
        Parameters parameters = Initialisation.tied(
                manager, topK.latents(), width, norm, spec.training().seed());
        return new SaeLearner<>(
                manager,
                new TopKSae(manager, parameters, topK, false),
                spec.training(),
                topK.decoderNorm(),
                topK.deadTokens());
    }

    private static DictionarySpec.TopK dictionary(VariantSpec spec) {
        return (DictionarySpec.TopK) spec.dictionary();
    }
}
