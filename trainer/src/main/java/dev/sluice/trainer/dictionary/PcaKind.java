package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.HashSet;
import java.util.List;

/** PCA with its views. */
final class PcaKind implements Kind {
    /** Σ x xᵀ, its covariance, eigenvectors and work space, in float64. */
    private static final int COPIES = 10;

    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.Pca pca = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addTraining(violations, spec.training());
        violations.require(
                !pca.fixed().isEmpty() || !pca.perToken().isEmpty(),
                "dictionary.fixed and dictionary.per-token",
                "not both empty",
                List.of());
        addNumbers(violations, "dictionary.fixed", pca.fixed(), width);
        addNumbers(violations, "dictionary.per-token", pca.perToken(), width);
        violations.requireRoom("the stream's width", width, width, COPIES, 0);
        return violations.found();
    }

    private static void addNumbers(Violations violations, String field, List<Integer> numbers, int width) {
        numbers.forEach(k -> violations.require(k > 0 && k <= width, field, "between 1 and the width " + width, k));
        violations.require(new HashSet<>(numbers).size() == numbers.size(), field, "without repetition", numbers);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        DictionarySpec.Pca pca = (DictionarySpec.Pca) dictionary;
        double d = width;
        double numbers = d * d + d;
        int views = pca.fixed().size() + pca.perToken().size();
        // The covariance, the coefficients, and a reconstruction per view.
        return new Cost(numbers, numbers * Double.BYTES, 0, (2 + views) * 2 * d * d);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return new PcaLearner(manager.newSubManager(), dictionary(spec), width);
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        PcaLearner learner = new PcaLearner(manager.newSubManager(), dictionary(spec), width);
        learner.restore(state);
        return learner;
    }

    private static DictionarySpec.Pca dictionary(VariantSpec spec) {
        return (DictionarySpec.Pca) spec.dictionary();
    }
}
