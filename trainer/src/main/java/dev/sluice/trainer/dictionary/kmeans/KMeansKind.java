package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
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
import java.util.Objects;

/** Minibatch K-means. */
public final class KMeansKind implements Kind {
    /**
     * Minibatch K-means.
     *
     * @param latents K, the number of centres; with {@code token-means} the size of the vocabulary
     * @param initRows rows that place the first centres; 0 for 3 K
     * @param seeding {@code greedy} (k-means++), or {@code token-means}: centre v begins as the mean of token id v
     * @param halfLifeTokens after which a row weighs half in its centre; 0 for never
     * @param splitTokens from one splitting of dead centres to the next; 0 for scikit-learn's reassignment if the seeding
     *     is greedy, else for 10 per centre
     */
    public record KMeans(int latents, int initRows, String seeding, long halfLifeTokens, long splitTokens)
            implements DictionarySpec {
        public static final String GREEDY = "greedy";
        public static final String TOKEN_MEANS = "token-means";

        /** Specs from before there was a choice are greedy. */
        public KMeans {
            seeding = Objects.requireNonNullElse(seeding, GREEDY);
        }

        /** As scikit-learn's MiniBatchKMeans. */
        public KMeans(int latents, int initRows) {
            this(latents, initRows, GREEDY, 0, 0);
        }

        @Override
        public String kind() {
            return "kmeans";
        }
    }

    private static final int DEFAULT_ROWS_PER_CENTRE = 3;

    private static final int DEFAULT_SPLIT_PER_CENTRE = 10;

    /** Centres, the chosen ones, and those read while they move. */
    private static final int COPIES = 3;

    private static final Descriptor<KMeans> DESCRIPTOR = Descriptor.of(
                    "kmeans",
                    KMeans.class,
                    new Descriptor.Title("kmeans", "K-means", "the nearest centre of each token"))
            .with(
                    Key.integer("latents", 1024)
                            .atLeast(1)
                            .letter("n")
                            .inForm()
                            .text("number of centres; with `token-means` the size of the vocabulary"),
                    Key.integer("init-rows", 0)
                            .atLeast(0)
                            .unit("rows")
                            .text("rows that place the first centres; 0 for three per centre"),
                    Key.word("seeding", KMeans.GREEDY, KMeans.GREEDY, KMeans.TOKEN_MEANS)
                            .text(
                                    "`greedy` is k-means++; with `token-means` centre v begins as the mean of token id v"),
                    Key.whole("half-life-tokens", 0L)
                            .atLeast(0)
                            .unit("tokens")
                            .text("after so many tokens a row weighs half in its centre; 0 for never"),
                    Key.whole("split-tokens", 0L)
                            .atLeast(0)
                            .unit("tokens")
                            .text("distance of splittings of dead centres; 0 for scikit-learn's reassignment, with "
                                    + "`token-means` for ten per centre"))
            .withoutDescent();

    @Override
    public Descriptor<KMeans> descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        KMeans kMeans = dictionary(spec);
        violations.require(
                kMeans.initRows() <= 0 || kMeans.initRows() >= Math.max(kMeans.latents(), StableProduct.LEAST_ROWS),
                "dictionary.init-rows",
                "0, or at least 16 and at least dictionary.latents " + kMeans.latents(),
                kMeans.initRows());
        long block = TopKSelection.blockRows(Math.max(1, kMeans.latents())) * (long) kMeans.latents();
        long factors = kMeans.latents() * (long) (width + CentreBounds.OTHER_COLUMNS);
        violations.requireRoom("dictionary.latents", kMeans.latents(), width, COPIES, block + factors);
        violations.requireRoom(
                "dictionary.latents", kMeans.latents(), TopKSelection.blockRows(Math.max(1, kMeans.latents())), 1, 0);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        double d = width;
        double centres = d * ((KMeans) dictionary).latents();
        return new Cost(centres, centres * Float.BYTES, 0, 2 * centres + 2 * d);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        KMeansLearner learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    private static KMeansLearner learner(VariantSpec spec, int width, NDManager parent) {
        KMeans kMeans = dictionary(spec);
        long seed = spec.training().seed();
        long rows = kMeans.initRows() > 0
                ? kMeans.initRows()
                : Math.max(StableProduct.LEAST_ROWS, (long) DEFAULT_ROWS_PER_CENTRE * kMeans.latents());
        NDManager manager = parent.newSubManager();
        Centres centres = new Centres(manager, kMeans.latents(), width);
        FirstCentres first = isByToken(kMeans)
                ? new TokenMeans(manager, centres, rows, width, seed)
                : new Seeding(manager, centres, rows, width, seed);
        CentreCare care = new Forgetting(care(kMeans, seed), kMeans.halfLifeTokens());
        RowChoice choice = new RowChoice(spec.training().skipClasses());
        return new KMeansLearner(manager, centres, first, care, choice, width);
    }

    /** scikit-learn's rule moves some centre in almost every batch if there are more centres than rows in it. */
    private static CentreCare care(KMeans kMeans, long seed) {
        if (kMeans.splitTokens() > 0) {
            return new DeadCentres(seed, kMeans.splitTokens());
        }
        return isByToken(kMeans)
                ? new DeadCentres(seed, (long) DEFAULT_SPLIT_PER_CENTRE * kMeans.latents())
                : new Reassignment(seed);
    }

    private static boolean isByToken(KMeans kMeans) {
        return kMeans.seeding().equals(KMeans.TOKEN_MEANS);
    }

    private static KMeans dictionary(VariantSpec spec) {
        return (KMeans) spec.dictionary();
    }
}
