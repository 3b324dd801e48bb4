package dev.sluice.trainer.dictionary.pca;

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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** PCA with its views. */
public final class PcaKind implements Kind {
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
        violations.requireWord(
                "dictionary.method", Set.of(DictionarySpec.Pca.EXACT, DictionarySpec.Pca.INCREMENTAL), pca.method());
        violations.requireAmount("dictionary.refresh", pca.refresh());
        violations.require(
                !isIncremental(pca) || spec.training().skipClasses().isEmpty(),
                "training.skip-classes",
                "[] where dictionary.method is incremental, which needs full batches",
                spec.training().skipClasses());
        addComponents(violations, pca, spec.training().batchTokens(), width);
        violations.requireRoom("the stream's width", width, width, COPIES, 0);
        return violations.found();
    }

    private static void addNumbers(Violations violations, String field, List<Integer> numbers, int width) {
        numbers.forEach(k -> violations.require(k > 0 && k <= width, field, "between 1 and the width " + width, k));
        violations.require(new HashSet<>(numbers).size() == numbers.size(), field, "without repetition", numbers);
    }

    private static void addComponents(Violations violations, DictionarySpec.Pca pca, int batchTokens, int width) {
        violations.requireAtLeast("dictionary.components", 0, pca.components());
        if (!isIncremental(pca)) {
            violations.require(
                    pca.components() == 0,
                    "dictionary.components",
                    "0 unless the method is incremental",
                    pca.components());
            return;
        }
        int kept = components(pca);
        violations.require(
                kept <= Math.min(width, batchTokens),
                "dictionary.components",
                "at most the width " + width + " and training.batch-tokens " + batchTokens,
                kept);
        violations.require(
                kept >= mostOfAView(pca),
                "dictionary.components",
                "at least what every view has, " + mostOfAView(pca),
                kept);
    }

    private static boolean isIncremental(DictionarySpec.Pca pca) {
        return pca.method().equals(DictionarySpec.Pca.INCREMENTAL);
    }

    private static int components(DictionarySpec.Pca pca) {
        return pca.components() > 0 ? pca.components() : mostOfAView(pca);
    }

    private static int mostOfAView(DictionarySpec.Pca pca) {
        return Stream.concat(pca.fixed().stream(), pca.perToken().stream())
                .mapToInt(k -> k)
                .max()
                .orElse(0);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        DictionarySpec.Pca pca = (DictionarySpec.Pca) dictionary;
        double d = width;
        int views = pca.fixed().size() + pca.perToken().size();
        double directions = isIncremental(pca) ? components(pca) : d;
        double numbers = directions * d + d;
        // The covariance or the decomposition, the coefficients, and a reconstruction per view.
        return new Cost(numbers, numbers * Double.BYTES, 0, (2 + views) * 2 * d * directions);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        PcaLearner learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    private static PcaLearner learner(VariantSpec spec, int width, NDManager parent) {
        DictionarySpec.Pca pca = dictionary(spec);
        NDManager manager = parent.newSubManager();
        RowChoice choice = new RowChoice(spec.training().skipClasses());
        if (isIncremental(pca)) {
            PrincipalDirections state = new IncrementalPca(manager, components(pca), width);
            return new PcaLearner(manager, state, pca, choice, 0, width);
        }
        return new PcaLearner(manager, new RunningCovariance(manager, width), pca, choice, pca.refresh(), width);
    }

    private static DictionarySpec.Pca dictionary(VariantSpec spec) {
        return (DictionarySpec.Pca) spec.dictionary();
    }
}
