package dev.sluice.trainer.dictionary.pca;

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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PCA with its views. */
public final class PcaKind implements Kind {
    /**
     * PCA over one state, seen through several views.
     *
     * @param fixed numbers of leading directions to reconstruct by
     * @param perToken numbers of largest coefficients per token to reconstruct by
     * @param method {@code exact}, by the covariance of all rows, or {@code incremental}, as scikit-learn's
     *     IncrementalPCA
     * @param components directions that {@code incremental} keeps, 0 for the most that a view has
     * @param refresh share of the rows seen that must follow before {@code exact} computes its directions anew; 0 for
     *     every batch
     */
    public record Pca(List<Integer> fixed, List<Integer> perToken, String method, int components, double refresh)
            implements DictionarySpec {
        public static final String EXACT = "exact";
        public static final String INCREMENTAL = "incremental";

        /** Specs from before there was a choice are exact. */
        public Pca {
            method = Objects.requireNonNullElse(method, EXACT);
        }

        /** Exact, with new directions for every batch. */
        public Pca(List<Integer> fixed, List<Integer> perToken) {
            this(fixed, perToken, EXACT, 0, 0);
        }

        @Override
        public String kind() {
            return "pca";
        }
    }

    /** Σ x xᵀ, its covariance, eigenvectors and work space, in float64. */
    private static final int COPIES = 10;

    private static final String FIXED = "fixed";
    private static final String PER_TOKEN = "per-token";
    private static final List<Integer> NUMBERS = List.of(8, 16, 32);

    private static final Descriptor<Pca> DESCRIPTOR = Descriptor.of(
                    "pca",
                    Pca.class,
                    new Descriptor.Title("pca", "PCA", "orthogonal directions, the first or the largest per token"))
            .with(
                    Key.integers(FIXED, NUMBERS)
                            .unit("directions")
                            .inForm()
                            .text("views of the state: numbers of leading directions"),
                    Key.integers(PER_TOKEN, NUMBERS)
                            .unit("directions")
                            .inForm()
                            .text("views of the state: numbers of largest coefficients of each token"),
                    Key.word("method", Pca.EXACT, Pca.EXACT, Pca.INCREMENTAL)
                            .text("`exact`, by the covariance of all rows; `incremental`, scikit-learn's"),
                    Key.integer("components", 0)
                            .atLeast(0)
                            .unit("directions")
                            .text("directions that `incremental` keeps; 0 for the most that a view has"),
                    Key.number("refresh", 0.05)
                            .unit("of the rows seen")
                            .text("rows that must follow before `exact` computes directions anew; 0 for every batch"))
            .withoutDescent();

    @Override
    public Descriptor<Pca> descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        Pca pca = dictionary(spec);
        violations.require(
                !pca.fixed().isEmpty() || !pca.perToken().isEmpty(),
                "dictionary.fixed and dictionary.per-token",
                "not both empty",
                List.of());
        addNumbers(violations, "dictionary.fixed", pca.fixed(), width);
        addNumbers(violations, "dictionary.per-token", pca.perToken(), width);
        violations.require(
                !isIncremental(pca) || spec.training().skipClasses().isEmpty(),
                "training.skip-classes",
                "[] where dictionary.method is incremental, which needs full batches",
                spec.training().skipClasses());
        addComponents(violations, pca, spec.training().batchTokens(), width);
        violations.requireRoom("the stream's width", width, width, COPIES, 0);
    }

    /** A default may not be larger than the stream is wide. */
    @Override
    public @Nullable Object absent(Key key, int width) {
        boolean bounded = width >= 1 && (key.name().equals(FIXED) || key.name().equals(PER_TOKEN));
        return bounded ? NUMBERS.stream().filter(k -> k <= width).toList() : key.absent();
    }

    @Override
    public List<String> views(DictionarySpec dictionary) {
        Pca pca = (Pca) dictionary;
        return Stream.concat(
                        pca.fixed().stream().map(PcaLearner::first),
                        pca.perToken().stream().map(PcaLearner::perToken))
                .toList();
    }

    private static void addNumbers(Violations violations, String field, List<Integer> numbers, int width) {
        numbers.forEach(k -> violations.require(k > 0 && k <= width, field, "between 1 and the width " + width, k));
        violations.require(new HashSet<>(numbers).size() == numbers.size(), field, "without repetition", numbers);
    }

    private static void addComponents(Violations violations, Pca pca, int batchTokens, int width) {
        if (!isIncremental(pca)) {
            violations.require(
                    pca.components() <= 0,
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

    private static boolean isIncremental(Pca pca) {
        return pca.method().equals(Pca.INCREMENTAL);
    }

    private static int components(Pca pca) {
        return pca.components() > 0 ? pca.components() : mostOfAView(pca);
    }

    private static int mostOfAView(Pca pca) {
        return Stream.concat(pca.fixed().stream(), pca.perToken().stream())
                .mapToInt(k -> k)
                .max()
                .orElse(0);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        Pca pca = (Pca) dictionary;
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
        Pca pca = dictionary(spec);
        NDManager manager = parent.newSubManager();
        RowChoice choice = new RowChoice(spec.training().skipClasses());
        if (isIncremental(pca)) {
            PrincipalDirections state = new IncrementalPca(manager, components(pca), width);
            return new PcaLearner(manager, state, pca, choice, 0, width);
        }
        return new PcaLearner(manager, new RunningCovariance(manager, width), pca, choice, pca.refresh(), width);
    }

    private static Pca dictionary(VariantSpec spec) {
        return (Pca) spec.dictionary();
    }
}
