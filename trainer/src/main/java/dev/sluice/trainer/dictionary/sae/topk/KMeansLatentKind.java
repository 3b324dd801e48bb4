package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.kmeans.CentreBounds;
import dev.sluice.trainer.dictionary.kmeans.CodeCentroids;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.Optional;

/** SAEs whose codes are held to K-means centroids. */
public final class KMeansLatentKind extends SaeKind<KMeansLatentKind.KMeansLatent> {
    /**
     * TopK SAE whose codes are held to K-means centroids, straight-through, as VQ-VAE's are to its codebook.
     *
     * @param latents n
     * @param k active latents per token of the code that is held, at most n; centroids, being means, have more
     * @param centroids m
     * @param commitment β of the squared distance of codes from their centroids; 0 for none
     * @param initRows codes that place the first centroids; 0 for 3 m
     * @param halfLifeTokens after which a code weighs half in its centroid; 0 for never
     */
    public record KMeansLatent(int latents, int k, int centroids, double commitment, int initRows, long halfLifeTokens)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "kmeans-latent";
        }
    }

    private static final int DEFAULT_ROWS_PER_CENTROID = 3;

    /** Centroids, the chosen ones, their sums in float64, and those read and made while they move. */
    private static final int CENTROID_COPIES = 6;

    /** Codes, centroids of the rows, their difference and gradient, and both on the heap. */
    private static final int CODE_COPIES = 6;

    public KMeansLatentKind() {
        super(Descriptor.of(
                        "kmeans-latent",
                        KMeansLatent.class,
                        SaeKeys.title("K-means latents", "TopK codes, held to K-means centroids of codes"))
                .with(
                        SaeKeys.latents(),
                        SaeKeys.k("active latents of each token, of the code that is held to a centroid"),
                        Key.integer("centroids", 1024).atLeast(1).text("number of centroids of codes"),
                        Key.number("commitment", 1)
                                .text("weight of the squared distance of codes from their centroids"),
                        Key.integer("init-rows", 0)
                                .atLeast(0)
                                .unit("rows")
                                .text("rows that place the first centres; 0 for three per centre"),
                        Key.whole("half-life-tokens", 0L)
                                .atLeast(0)
                                .unit("tokens")
                                .text("after so many tokens a row weighs half in its centre; 0 for never")));
    }

    @Override
    public void check(Violations violations, KMeansLatent spec, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, spec.latents(), width);
        violations.requireRoom(
                "dictionary.latents x training.batch-tokens", training.batchTokens(), spec.latents(), CODE_COPIES, 0);
        violations.require(
                spec.initRows() <= 0 || spec.initRows() >= Math.max(spec.centroids(), StableProduct.LEAST_ROWS),
                "dictionary.init-rows",
                "0, or at least 16 and at least dictionary.centroids " + spec.centroids(),
                spec.initRows());
        addRoomForCentroids(violations, spec);
    }

    private static void addRoomForCentroids(Violations violations, KMeansLatent spec) {
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

    private static long seedRows(KMeansLatent spec) {
        return spec.initRows() > 0
                ? spec.initRows()
                : Math.max(StableProduct.LEAST_ROWS, (long) DEFAULT_ROWS_PER_CENTROID * spec.centroids());
    }

    @Override
    public Cost costOf(KMeansLatent spec, int width) {
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
    public Optional<Inference> inference(KMeansLatent spec, TrainingSpec training, StateSource state) {
        return Optional.empty();
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, KMeansLatent spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, spec.latents(), width, Initialisation.norm(SaeRules.UNIT), training.seed());
        CodeCentroids centroids = new CodeCentroids(
                manager, spec.centroids(), spec.latents(), seedRows(spec), spec.halfLifeTokens(), training.seed());
        KMeansLatentSae sae = new KMeansLatentSae(manager, parameters, spec, centroids);
        return new SaeLearner<>(manager, sae, training, SaeRules.UNIT, 0);
    }
}
