package dev.sluice.trainer.spec;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one place of the defaults that a kind has for the keys of its variants.
 *
 * <p>Beside these: {@code stream}, {@code training.epochs} and {@code training.tokens} come from the run
 * ({@link VariantDefaults}), {@code from} is {@code earliest}, {@code training.checkpoint-tokens} is a 64th of the
 * tokens but at least {@value #LEAST_CHECKPOINT_TOKENS}, {@code training.seed} is 0.
 *
 * @param dictionary every key of the kind
 * @param training every key but those above
 */
public record KindDefaults(DictionarySpec dictionary, TrainingSpec training) {
    static final long LEAST_CHECKPOINT_TOKENS = 65_536;
    private static final int CHECKPOINTS = 64;

    /**
     * The recipe (MATHEMATICS.md, "Recipe": warm-up over 5 %, clip 1, inputs scaled to √d) with the rate and the decay
     * that were best for TopK on the sample; RATIONALE has the figures.
     */
    private static final TrainingSpec SAE = training(8e-3, 1024, 0.05, 0.5, 1, "expected-average");

    /** Of which the gate's rate is a part: on the sample twice TopK's was best. */
    private static final TrainingSpec GATED = training(16e-3, 1024, 0.05, 0.5, 1, "expected-average");

    /** No gradient, so no schedule; rows are taken as they are. */
    private static final TrainingSpec BASELINE = training(0, 1024, 0, 0, 0, "none");

    private static final Map<String, KindDefaults> BY_KIND = byKind(
            new KindDefaults(new DictionarySpec.TopK(1024, 16, 1, 0, "saelens", 0, true, "free"), SAE),
            new KindDefaults(new DictionarySpec.BatchTopK(1024, 16, 1, 0, "saelens", 0, true, "free"), SAE),
            new KindDefaults(
                    new DictionarySpec.Matryoshka(1024, 16, List.of(), 1, 1, 0, "saelens", 0, true, "free"), SAE),
            new KindDefaults(new DictionarySpec.JumpRelu(1024, "l0", 0.35, 0.25, 16, 0.2, 0.01, 4, 0, 0, "free"), SAE),
            new KindDefaults(new DictionarySpec.Gated(1024, 2, 0.25, "unit"), GATED),
            new KindDefaults(new DictionarySpec.PAnneal(1024, 3, 0.05, 0.25, 0.2, 10, "unit", 0), SAE),
            new KindDefaults(new DictionarySpec.Standard(1024, 3, 0.05, "free", true), SAE),
            new KindDefaults(new DictionarySpec.KMeansLatent(1024, 16, 1024, 1, 0, 0), SAE),
            new KindDefaults(new DictionarySpec.KMeans(1024, 0), BASELINE),
            new KindDefaults(
                    new DictionarySpec.Pca(List.of(8, 16, 32), List.of(8, 16, 32), DictionarySpec.Pca.EXACT, 0, 0.05),
                    BASELINE),
            new KindDefaults(new DictionarySpec.Random(1024, 16), BASELINE),
            new KindDefaults(new DictionarySpec.TokenMean(50_304), BASELINE));

    private static Map<String, KindDefaults> byKind(KindDefaults... all) {
        Map<String, KindDefaults> byKind = new TreeMap<>();
        for (KindDefaults defaults : all) {
            byKind.put(defaults.dictionary().kind(), defaults);
        }
        return byKind;
    }

    public static Set<String> kinds() {
        return BY_KIND.keySet();
    }

    public static @Nullable KindDefaults of(String kind) {
        return BY_KIND.get(kind);
    }

    /** Distance of checkpoints over a training of so many tokens. */
    static long checkpointTokens(long tokens) {
        return Math.max(LEAST_CHECKPOINT_TOKENS, tokens / CHECKPOINTS);
    }

    private static TrainingSpec training(
            double learningRate, int batchTokens, double warmUp, double decay, double clipNorm, String normalisation) {
        return new TrainingSpec(learningRate, batchTokens, 1, 1, warmUp, decay, clipNorm, normalisation, 0, 1);
    }
}
