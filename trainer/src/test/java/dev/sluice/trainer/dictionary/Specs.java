package dev.sluice.trainer.dictionary;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.Json;
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
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.kernel.Schedule;
import java.util.List;
import java.util.Map;

/** Specs of small variants. */
public final class Specs {
    private Specs() {}

    public static TopK topK(int latents, int k) {
        return TopK.of(Map.of("latents", latents, "k", k));
    }

    static TopK topKWithAux(int latents, int k, String normalisation, long deadTokens) {
        return TopK.of(
                Map.of("latents", latents, "k", k, "aux-normalisation", normalisation, "dead-tokens", deadTokens));
    }

    static TopK topK(int latents, int k, double multiTopk, String candidates) {
        return TopK.of(Map.of(
                "latents", latents, "k", k, "dead-tokens", 256, "multi-topk", multiTopk, "candidates", candidates));
    }

    static BatchTopK batchTopK(int latents, int k) {
        return BatchTopK.of(Map.of("latents", latents, "k", k));
    }

    static Matryoshka matryoshka(int latents, int k) {
        return Matryoshka.of(
                Map.of("latents", latents, "k", k, "prefixes", List.of(latents / 8, latents / 2), "dead-tokens", 256));
    }

    static JumpRelu jumpRelu(int latents, String sparsityLoss) {
        return JumpRelu.of(Map.of(
                "latents", latents,
                "sparsity-loss", sparsityLoss,
                "l0-coefficient", 0.5,
                "l0-warm-up", 0.05,
                "l0-target", 8,
                "bandwidth", 0.05,
                "initial-threshold", 0.01,
                "pre-act-coefficient", 1e-3,
                "dead-tokens", 256));
    }

    /** With a threshold that few latents reach. */
    public static JumpRelu soonSparse(String sparsityLoss) {
        return JumpRelu.of(Map.of(
                "latents",
                256,
                "sparsity-loss",
                sparsityLoss,
                "l0-coefficient",
                0.5,
                "l0-warm-up",
                0.05,
                "l0-target",
                8,
                "bandwidth",
                0.02,
                "initial-threshold",
                0.25,
                "dead-tokens",
                256));
    }

    /** The same under the formulas of SAELens 6.18. */
    public static TrainingSpec reference(TrainingSpec training) {
        return with(training, Map.of("reference", SaeRules.REFERENCE));
    }

    static TrainingSpec skipping(TrainingSpec training, String... classes) {
        return with(training, Map.of("skip_classes", List.of(classes)));
    }

    static TrainingSpec normalising(TrainingSpec training, String normalisation) {
        return with(
                training,
                Map.of(
                        "normalisation",
                        normalisation,
                        "schedule",
                        Schedule.COSINE,
                        "adam",
                        new AdamSpec(0.8, 0.99, 1e-6, 1e-3),
                        "decoder_bias",
                        DecoderBias.GEOMETRIC_MEDIAN));
    }

    /** The same but for these members of its JSON. */
    private static TrainingSpec with(TrainingSpec training, Map<String, Object> members) {
        ObjectNode tree = Json.mapper().valueToTree(training);
        members.forEach((name, value) -> tree.set(name, Json.mapper().valueToTree(value)));
        return Json.mapper().convertValue(tree, TrainingSpec.class);
    }

    public static PAnneal pAnneal(int latents, long resampleTokens) {
        return PAnneal.of(Map.of(
                "latents", latents,
                "coefficient", 0.5,
                "coefficient-warm-up", 0.05,
                "anneal-start", 0.2,
                "p-end", 0.4,
                "steps", 3,
                "resample-tokens", resampleTokens));
    }

    /** Seeded within the second batch of 128 rows. */
    public static KMeansLatent kMeansLatent(int latents, int centroids) {
        return new KMeansLatent(latents, 4, centroids, 0.25, 200, 600);
    }

    public static Standard standard(int latents) {
        return Standard.of(Map.of("latents", latents, "l1-coefficient", 1, "l1-warm-up", 0.05));
    }

    public static VariantSpec variant(DictionarySpec dictionary, TrainingSpec training) {
        return new VariantSpec("test", "stream", dictionary, training, "earliest");
    }

    public static TrainingSpec training(int batchTokens, int batches, double rate) {
        return TrainingKeys.spec(
                new TopKKind().descriptor(),
                Map.of(
                        "learning-rate",
                        rate,
                        "batch-tokens",
                        batchTokens,
                        "epochs",
                        1,
                        "tokens",
                        (long) batchTokens * batches,
                        "decay",
                        0.2,
                        "seed",
                        7,
                        "checkpoint-tokens",
                        (long) batchTokens * batches));
    }

    /** Every kind, and every branch that leaves state behind: width 32, batches of 128. */
    public static List<VariantSpec> everyKind() {
        TrainingSpec training = training(128, 12, 3e-3);
        return List.of(
                variant(topK(256, 4), training),
                variant(
                        TopK.of(Map.of(
                                "latents", 200,
                                "k", 4,
                                "aux-coefficient", 0.5,
                                "aux-k", 12,
                                "dead-tokens", 256,
                                "rescale-by-decoder-norm", false)),
                        training),
                variant(
                        TopK.of(Map.of(
                                "latents",
                                256,
                                "k",
                                4,
                                "aux-coefficient",
                                0.03,
                                "aux-normalisation",
                                AuxK.OPENAI,
                                "dead-tokens",
                                256,
                                "decoder-norm",
                                SaeRules.UNIT)),
                        training),
                variant(TopK.of(Map.of("latents", 256, "k", 4, "dead-tokens", 256, "multi-topk", 0.125)), training),
                variant(topK(256, 4, 0, TopK.BFLOAT16), training),
                variant(topK(200, 4, 0.125, TopK.BFLOAT16), normalising(training, InputScale.NONE)),
                variant(batchTopK(256, 4), training),
                variant(
                        BatchTopK.of(Map.of(
                                "latents",
                                200,
                                "k",
                                4,
                                "aux-coefficient",
                                0.5,
                                "aux-k",
                                12,
                                "aux-normalisation",
                                AuxK.OPENAI,
                                "dead-tokens",
                                256,
                                "rescale-by-decoder-norm",
                                false,
                                "decoder-norm",
                                SaeRules.UNIT)),
                        reference(training)),
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
                variant(
                        Standard.of(Map.of(
                                "latents", 256,
                                "l1-coefficient", 4,
                                "l1-warm-up", 0,
                                "penalty-weight", SaeRules.UNWEIGHTED,
                                "resample-tokens", 400)),
                        training),
                variant(kMeansLatent(256, 48), training),
                variant(new KMeansLatent(100, 100, 100, 0, 0, 0), skipping(training, "first-position")),
                variant(topK(256, 4), normalising(training, InputScale.LAYER_NORM)),
                variant(standard(100), normalising(training, InputScale.CONSTANT_NORM)),
                variant(topK(256, 4), normalising(training, InputScale.NONE)),
                variant(batchTopK(256, 4), skipping(training, "first-position", "norm-outlier")),
                variant(jumpRelu(100, "tanh"), skipping(training, "special-token")),
                variant(standard(256), training),
                variant(
                        Standard.of(Map.of(
                                "latents", 100,
                                "l1-coefficient", 2,
                                "l1-warm-up", 0,
                                "decoder-norm", SaeRules.UNIT,
                                "centre-input", false)),
                        training),
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
