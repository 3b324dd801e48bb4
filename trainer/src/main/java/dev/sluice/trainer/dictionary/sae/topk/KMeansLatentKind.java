package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.kmeans.CentreBounds;
import dev.sluice.trainer.dictionary.kmeans.CodeCentroids;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.Optional;

/** SAEs whose codes are held to K-means centroids. */
public final class KMeansLatentKind extends SaeKind<DictionarySpec.KMeansLatent> {
    private static final int DEFAULT_ROWS_PER_CENTROID = 3;

    /** Centroids, the chosen ones, their sums in float64, and those read and made while they move. */
    private static final int CENTROID_COPIES = 6;

    /** Codes, centroids of the rows, their difference and gradient, and both on the heap. */
    private static final int CODE_COPIES = 6;

    public KMeansLatentKind() {
        super(DictionarySpec.KMeansLatent.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.KMeansLatent spec, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, spec.latents(), spec.k(), SaeRules.UNIT, width);
        violations.requireRoom(
                "dictionary.latents x training.batch-tokens", training.batchTokens(), spec.latents(), CODE_COPIES, 0);
        violations.requirePositive("dictionary.centroids", spec.centroids());
        violations.requireAmount("dictionary.commitment", spec.commitment());
        violations.require(
                spec.initRows() == 0 || spec.initRows() >= Math.max(spec.centroids(), StableProduct.LEAST_ROWS),
                "dictionary.init-rows",
                "0, or at least 16 and at least dictionary.centroids " + spec.centroids(),
                spec.initRows());
        violations.requireAtLeast("dictionary.half-life-tokens", 0, spec.halfLifeTokens());
        addRoomForCentroids(violations, spec);
    }

    private static void addRoomForCentroids(Violations violations, DictionarySpec.KMeansLatent spec) {
        int blockRows = TopKSelection.blockRows(Math.max(1, spec.centroids()));
        long bounds = spec.centroids() * ((long) spec.latents() + CentreBounds.OTHER_COLUMNS);
        violations.requireRoom("dictionary.centroids", spec.centroids(), blockRows, 1, 0);
        violations.requireRoom(
                "dictionary.centroids x dictionary.latents",
                spec.centroids(),
                spec.latents(),
                CENTROID_COPIES,
                Math.max(0, bounds));
        violations.requireRoom("dictionary.init-rows x dictionary.latents", seedRows(spec), spec.latents(), 2, 0);
    }

    private static long seedRows(DictionarySpec.KMeansLatent spec) {
        return spec.initRows() > 0
                ? spec.initRows()
                : Math.max(StableProduct.LEAST_ROWS, (long) DEFAULT_ROWS_PER_CENTROID * spec.centroids());
    }

    @Override
    public Cost costOf(DictionarySpec.KMeansLatent spec, int width) {
        double descended = Cost.autoencoder(spec.latents(), width);
        double centroids = (double) spec.centroids() * spec.latents();
        Cost autoencoder = Cost.descended(descended, Cost.denseFlop(spec.latents(), width));
        return new Cost(
                descended + centroids,
                autoencoder.parameterBytes() + centroids * Float.BYTES,
                autoencoder.momentBytes(),
                autoencoder.flopPerToken() + 2 * centroids);
    }

    /** None: no other library has a rule of inference by centroids, and f without them is another dictionary. */
    @Override
    public Optional<Inference> inference(DictionarySpec.KMeansLatent spec, TrainingSpec training, StateSource state) {
        return Optional.empty();
    }

    @Override
    public SaeLearner<?> learner(
            NDManager manager, DictionarySpec.KMeansLatent spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, spec.latents(), width, Initialisation.norm(SaeRules.UNIT), training.seed());
        CodeCentroids centroids = new CodeCentroids(
                manager, spec.centroids(), spec.latents(), seedRows(spec), spec.halfLifeTokens(), training.seed());
        KMeansLatentSae sae = new KMeansLatentSae(manager, parameters, spec, centroids);
        return new SaeLearner<>(manager, sae, training, SaeRules.UNIT, 0);
    }
}
