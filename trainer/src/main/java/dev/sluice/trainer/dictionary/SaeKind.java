package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.List;

/**
 * What all kinds of SAE share: specs are checked, learners made and restored in the same way.
 *
 * @param <S> the kind's spec
 */
abstract class SaeKind<S extends DictionarySpec> implements Kind {
    private final Class<S> type;

    SaeKind(Class<S> type) {
        this.type = type;
    }

    /** Adds what is wrong with a dictionary of this kind, trained in this way. */
    abstract void check(Violations violations, S dictionary, TrainingSpec training, int width);

    abstract Cost costOf(S dictionary, int width);

    /** @param manager closed with the learner */
    abstract SaeLearner<?> learner(NDManager manager, S dictionary, TrainingSpec training, int width);

    @Override
    public final List<String> violations(VariantSpec spec, int width) {
        Violations violations = new Violations();
        SaeRules.addDescent(violations, spec.training());
        check(violations, type.cast(spec.dictionary()), spec.training(), width);
        return violations.found();
    }

    @Override
    public final Cost cost(DictionarySpec dictionary, int width) {
        return costOf(type.cast(dictionary), width);
    }

    @Override
    public final Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public final Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        SaeLearner<?> learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    private SaeLearner<?> learner(VariantSpec spec, int width, NDManager parent) {
        return learner(parent.newSubManager(), type.cast(spec.dictionary()), spec.training(), width);
    }
}
