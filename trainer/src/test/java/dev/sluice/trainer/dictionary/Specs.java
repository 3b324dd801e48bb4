package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.contract.AdamSpec;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.baseline.RandomKind.Random;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind.TokenMean;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.pca.PcaKind.Pca;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.DecoderBias;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealKind.PAnneal;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKKind.BatchTopK;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.dictionary.sae.topk.MatryoshkaKind.Matryoshka;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.kernel.Schedule;
import java.util.List;

/** Specs of small variants. */
public final class Specs {
    /** The formulas of this service, not those of a reference. */
    private static final String CORRECTED = "none";

    private Specs() {}

    public static TopK topK(int latents, int k) {
        return new TopK(latents, k, 1, 0, AuxK.SAELENS, 0, true, SaeRules.FREE);
    }

    static TopK topKWithAux(int latents, int k, String normalisation, long deadTokens) {
        return new TopK(latents, k, 1, 0, normalisation, deadTokens, true, SaeRules.FREE);
    }

    static TopK topK(int latents, int k, double multiTopk, String candidates) {
        return new TopK(latents, k, 1, 0, AuxK.SAELENS, 256, true, SaeRules.FREE, multiTopk, candidates);
    }

    static BatchTopK batchTopK(int latents, int k) {
        return new BatchTopK(latents, k, 1, 0, AuxK.SAELENS, 0, true, SaeRules.FREE);
    }

    static Matryoshka matryoshka(int latents, int k) {
        return new Matryoshka(
                latents, k, List.of(latents / 8, latents / 2), 1, 1, 0, AuxK.SAELENS, 256, true, SaeRules.FREE);
    }

    static JumpRelu jumpRelu(int latents, String sparsityLoss) {
        return new JumpRelu(latents, sparsityLoss, 0.5, 0.05, 8, 0.05, 0.01, 4, 1e-3, 256, SaeRules.FREE);
    }

    /** With a threshold that few latents reach. */
    public static JumpRelu soonSparse(String sparsityLoss) {
        return new JumpRelu(256, sparsityLoss, 0.5, 0.05, 8, 0.02, 0.25, 4, 0, 256, SaeRules.FREE);
    }

    /** The same under the formulas of SAELens 6.18. */
    public static TrainingSpec reference(TrainingSpec training) {
        return options(
                training, training.normalisation(), Schedule.LINEAR, DecoderBias.MEAN, List.of(), SaeRules.REFERENCE);
    }

    static TrainingSpec options(
            TrainingSpec training,
            String normalisation,
            String schedule,
            String decoderBias,
            List<String> skipClasses,
            String reference) {
        AdamSpec adam = schedule.equals(Schedule.LINEAR) ? AdamSpec.DEFAULT : new AdamSpec(0.8, 0.99, 1e-6, 1e-3);
        return new TrainingSpec(
                training.learningRate(),
                training.batchTokens(),
                training.epochs(),
                training.tokens(),
                training.warmUp(),
                training.decay(),
                training.clipNorm(),
                normalisation,
                training.seed(),
                training.checkpointTokens(),
                schedule,
                adam,
                decoderBias,
                skipClasses,
                reference);
    }

    static TrainingSpec skipping(TrainingSpec training, String... classes) {
        return options(
                training, training.normalisation(), Schedule.LINEAR, DecoderBias.MEAN, List.of(classes), CORRECTED);
    }

    static TrainingSpec normalising(TrainingSpec training, String normalisation) {
        return options(training, normalisation, Schedule.COSINE, DecoderBias.GEOMETRIC_MEDIAN, List.of(), CORRECTED);
    }

    public static PAnneal pAnneal(int latents, long resampleTokens) {
        return new PAnneal(latents, 0.5, 0.05, 0.2, 0.4, 3, SaeRules.UNIT, resampleTokens);
    }

    /** Seeded within the second batch of 128 rows. */
    public static KMeansLatent kMeansLatent(int latents, int centroids) {
        return new KMeansLatent(latents, 4, centroids, 0.25, 200, 600);
    }

    public static Standard standard(int latents) {
        return new Standard(latents, 1, 0.05, SaeRules.FREE, true);
    }

    public static VariantSpec variant(DictionarySpec dictionary, TrainingSpec training) {
        return new VariantSpec("test", "stream", dictionary, training, "earliest");
    }

    public static TrainingSpec training(int batchTokens, int batches, double rate) {
        return new TrainingSpec(
                rate,
                batchTokens,
                1,
                (long) batchTokens * batches,
                0.05,
                0.2,
                1,
                InputScale.EXPECTED_AVERAGE,
                7,
                (long) batchTokens * batches);
    }

    /** Every kind, and every branch that leaves state behind: width 32, batches of 128. */
    public static List<VariantSpec> everyKind() {
        TrainingSpec training = training(128, 12, 3e-3);
        return List.of(
                variant(topK(256, 4), training),
                variant(new TopK(200, 4, 0.5, 12, AuxK.SAELENS, 256, false, SaeRules.FREE), training),
                variant(new TopK(256, 4, 0.03, 0, AuxK.OPENAI, 256, true, SaeRules.UNIT), training),
                variant(new TopK(256, 4, 1, 0, AuxK.SAELENS, 256, true, SaeRules.FREE, 0.125), training),
                variant(topK(256, 4, 0, TopK.BFLOAT16), training),
                variant(topK(200, 4, 0.125, TopK.BFLOAT16), normalising(training, InputScale.NONE)),
                variant(batchTopK(256, 4), training),
                variant(new BatchTopK(200, 4, 0.5, 12, AuxK.OPENAI, 256, false, SaeRules.UNIT), reference(training)),
                variant(matryoshka(256, 4), training),
                variant(jumpRelu(256, "l0"), training),
                variant(jumpRelu(100, "tanh"), reference(training)),
                variant(soonSparse("tanh"), training),
                variant(soonSparse("l0"), reference(training)),
                variant(jumpRelu(100, "target-l0"), training),
                variant(new Gated(256, 1, 0.05, SaeRules.UNIT), training),
                variant(new Gated(100, 1, 0, SaeRules.FREE), reference(training)),
                variant(pAnneal(256, 0), training),
                variant(pAnneal(100, 512), training),
                variant(new Standard(256, 4, 0, SaeRules.FREE, true, SaeRules.UNWEIGHTED, 400), training),
                variant(kMeansLatent(256, 48), training),
                variant(new KMeansLatent(100, 100, 100, 0, 0, 0), skipping(training, "first-position")),
                variant(topK(256, 4), normalising(training, InputScale.LAYER_NORM)),
                variant(standard(100), normalising(training, InputScale.CONSTANT_NORM)),
                variant(topK(256, 4), normalising(training, InputScale.NONE)),
                variant(batchTopK(256, 4), skipping(training, "first-position", "norm-outlier")),
                variant(jumpRelu(100, "tanh"), skipping(training, "special-token")),
                variant(standard(256), training),
                variant(new Standard(100, 2, 0, SaeRules.UNIT, false), training),
                variant(new KMeans(48, 0), training),
                variant(new KMeans(100, 500), training),
                variant(new KMeans(60, 600, KMeans.TOKEN_MEANS, 300, 400), training),
                variant(new KMeans(70, 500, KMeans.GREEDY, 0, 300), training),
                variant(new Pca(List.of(4, 16), List.of(1, 8)), training),
                variant(new Pca(List.of(4), List.of()), training),
                variant(new Pca(List.of(4), List.of(8), Pca.EXACT, 0, 0.4), training),
                variant(new Pca(List.of(4), List.of(3), Pca.INCREMENTAL, 6, 0.4), training),
                variant(new Random(100, 5), skipping(training, "first-position")),
                variant(new KMeans(48, 200), skipping(training, "special-token")),
                variant(new TokenMean(50), training));
    }
}
