package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.List;

/** ReLU SAEs with an L1 penalty. */
final class StandardKind implements Kind {
    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.Standard standard = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addDescent(violations, spec.training());
        long codes = (long) Math.max(0, spec.training().batchTokens()) * Math.max(0, standard.latents());
        SaeRules.addSae(violations, standard.latents(), standard.decoderNorm(), width, codes);
        violations.requireRoom(
                "dictionary.latents x training.batch-tokens", spec.training().batchTokens(), standard.latents(), 1, 0);
        violations.requireAmount("dictionary.l1-coefficient", standard.l1Coefficient());
        violations.requireShare("dictionary.l1-warm-up", standard.l1WarmUp());
        return violations.found();
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        int latents = ((DictionarySpec.Standard) dictionary).latents();
        return Cost.descended(Cost.autoencoder(latents, width), Cost.denseFlop(latents, width));
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
        DictionarySpec.Standard standard = dictionary(spec);
        NDManager manager = parent.newSubManager();
        double norm = Initialisation.norm(standard.decoderNorm());
        Parameters parameters = Initialisation.tied(
                manager, standard.latents(), width, norm, spec.training().seed());
        StandardSae sae = new StandardSae(manager, parameters, standard);
        return new SaeLearner<>(manager, sae, spec.training(), standard.decoderNorm(), 0);
    }

    private static DictionarySpec.Standard dictionary(VariantSpec spec) {
        return (DictionarySpec.Standard) spec.dictionary();
    }
}
