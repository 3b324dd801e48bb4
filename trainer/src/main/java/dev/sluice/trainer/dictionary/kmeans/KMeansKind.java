package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
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
import java.util.Set;

/** Minibatch K-means. */
public final class KMeansKind implements Kind {
    private static final int DEFAULT_ROWS_PER_CENTRE = 3;

    private static final int DEFAULT_SPLIT_PER_CENTRE = 10;

    /** Centres, the chosen ones, and those read while they move. */
    private static final int COPIES = 3;

    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.KMeans kMeans = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addTraining(violations, spec.training());
        violations.requirePositive("dictionary.latents", kMeans.latents());
        violations.require(
                kMeans.initRows() == 0 || kMeans.initRows() >= Math.max(kMeans.latents(), StableProduct.LEAST_ROWS),
                "dictionary.init-rows",
                "0, or at least 16 and at least dictionary.latents " + kMeans.latents(),
                kMeans.initRows());
        violations.requireWord(
                "dictionary.seeding",
                Set.of(DictionarySpec.KMeans.GREEDY, DictionarySpec.KMeans.TOKEN_MEANS),
                kMeans.seeding());
        violations.requireAtLeast("dictionary.half-life-tokens", 0, kMeans.halfLifeTokens());
        violations.requireAtLeast("dictionary.split-tokens", 0, kMeans.splitTokens());
        long block = TopKSelection.blockRows(Math.max(1, kMeans.latents())) * (long) kMeans.latents();
        long factors = kMeans.latents() * (long) (width + CentreBounds.OTHER_COLUMNS);
        violations.requireRoom("dictionary.latents", kMeans.latents(), width, COPIES, block + factors);
        violations.requireRoom(
                "dictionary.latents", kMeans.latents(), TopKSelection.blockRows(Math.max(1, kMeans.latents())), 1, 0);
        return violations.found();
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        double d = width;
        double centres = d * ((DictionarySpec.KMeans) dictionary).latents();
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
        DictionarySpec.KMeans kMeans = dictionary(spec);
        long seed = spec.training().seed();
        long rows = kMeans.initRows() > 0
                ? kMeans.initRows()
                : Math.max(StableProduct.LEAST_ROWS, (long) DEFAULT_ROWS_PER_CENTRE * kMeans.latents());
        NDManager manager = parent.newSubManager();
        Centres centres = new Centres(manager, kMeans.latents(), width);
        FirstCentres first = isByToken(kMeans)
                ? new TokenMeans(manager, centres, rows, width, seed)
                : new Seeding(manager, centres, rows, width, seed);
        RowChoice choice = new RowChoice(spec.training().skipClasses());
        return new KMeansLearner(manager, centres, first, care(kMeans, seed), choice, kMeans.halfLifeTokens(), width);
    }

    /** scikit-learn's rule moves some centre in almost every batch if there are more centres than rows in it. */
    private static CentreCare care(DictionarySpec.KMeans kMeans, long seed) {
        if (kMeans.splitTokens() > 0) {
            return new DeadCentres(seed, kMeans.splitTokens());
        }
        return isByToken(kMeans)
                ? new DeadCentres(seed, (long) DEFAULT_SPLIT_PER_CENTRE * kMeans.latents())
                : new Reassignment(seed);
    }

    private static boolean isByToken(DictionarySpec.KMeans kMeans) {
        return kMeans.seeding().equals(DictionarySpec.KMeans.TOKEN_MEANS);
    }

    private static DictionarySpec.KMeans dictionary(VariantSpec spec) {
        return (DictionarySpec.KMeans) spec.dictionary();
    }
}
