package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.List;

/** Minibatch K-means. */
final class KMeansKind implements Kind {
    private static final int DEFAULT_ROWS_PER_CENTRE = 3;

    /** Centres, the chosen ones, and those read while they move. */
    private static final int COPIES = 3;

    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.KMeans kMeans = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addTraining(violations, spec.training());
        violations.requirePositive("dictionary.latents", kMeans.latents());
        violations.require(
                kMeans.initRows() == 0 || kMeans.initRows() >= Math.max(kMeans.latents(), Rows.LEAST),
                "dictionary.init-rows",
                "0, or at least 16 and at least dictionary.latents " + kMeans.latents(),
                kMeans.initRows());
        long block = TopKSelection.blockRows(Math.max(1, kMeans.latents())) * (long) kMeans.latents();
        violations.requireRoom("dictionary.latents", kMeans.latents(), width, COPIES, block);
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
        long rows = kMeans.initRows() > 0
                ? kMeans.initRows()
                : Math.max(Rows.LEAST, (long) DEFAULT_ROWS_PER_CENTRE * kMeans.latents());
        return new KMeansLearner(
                parent.newSubManager(),
                kMeans.latents(),
                rows,
                width,
                spec.training().seed());
    }

    private static DictionarySpec.KMeans dictionary(VariantSpec spec) {
        return (DictionarySpec.KMeans) spec.dictionary();
    }
}
