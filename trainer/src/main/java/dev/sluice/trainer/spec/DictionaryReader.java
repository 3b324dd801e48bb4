package dev.sluice.trainer.spec;

import static java.util.Map.entry;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.DictionarySpec.BatchTopK;
import dev.sluice.trainer.contract.DictionarySpec.Gated;
import dev.sluice.trainer.contract.DictionarySpec.JumpRelu;
import dev.sluice.trainer.contract.DictionarySpec.KMeans;
import dev.sluice.trainer.contract.DictionarySpec.KMeansLatent;
import dev.sluice.trainer.contract.DictionarySpec.Matryoshka;
import dev.sluice.trainer.contract.DictionarySpec.PAnneal;
import dev.sluice.trainer.contract.DictionarySpec.Pca;
import dev.sluice.trainer.contract.DictionarySpec.Random;
import dev.sluice.trainer.contract.DictionarySpec.Standard;
import dev.sluice.trainer.contract.DictionarySpec.TokenMean;
import dev.sluice.trainer.contract.DictionarySpec.TopK;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The keys that each kind of dictionary has in user input, one small reader for each. */
final class DictionaryReader {
    private static final Set<String> DECODER_NORMS = Set.of("free", "unit");
    private static final Set<String> SEEDINGS = Set.of(KMeans.GREEDY, KMeans.TOKEN_MEANS);
    private static final Set<String> PCA_METHODS = Set.of(Pca.EXACT, Pca.INCREMENTAL);
    private static final Set<String> SPARSITY_LOSSES = Set.of("l0", "tanh", "target-l0");
    private static final Set<String> PENALTY_WEIGHTS = Set.of("decoder-norm", "none");
    private static final Set<String> AUX_NORMALISATIONS = Set.of("openai", "saelens");

    private static final Map<Class<? extends DictionarySpec>, OfKind> BY_SPEC = Map.ofEntries(
            entry(TopK.class, (fields, absent, width) -> topK(fields, (TopK) absent)),
            entry(BatchTopK.class, (fields, absent, width) -> batchTopK(fields, (BatchTopK) absent)),
            entry(Matryoshka.class, (fields, absent, width) -> matryoshka(fields, (Matryoshka) absent)),
            entry(JumpRelu.class, (fields, absent, width) -> jumpRelu(fields, (JumpRelu) absent)),
            entry(Gated.class, (fields, absent, width) -> gated(fields, (Gated) absent)),
            entry(PAnneal.class, (fields, absent, width) -> pAnneal(fields, (PAnneal) absent)),
            entry(Standard.class, (fields, absent, width) -> standard(fields, (Standard) absent)),
            entry(KMeansLatent.class, (fields, absent, width) -> kMeansLatent(fields, (KMeansLatent) absent)),
            entry(KMeans.class, (fields, absent, width) -> kMeans(fields, (KMeans) absent)),
            entry(Pca.class, (fields, absent, width) -> pca(fields, (Pca) absent, width)),
            entry(Random.class, (fields, absent, width) -> random(fields, (Random) absent)),
            entry(TokenMean.class, (fields, absent, width) -> tokenMean(fields, (TokenMean) absent)));

    private DictionaryReader() {}

    @FunctionalInterface
    private interface OfKind {
        DictionarySpec read(Fields fields, DictionarySpec absent, int width);
    }

    /**
     * @param absent the kind, and its values where the fields have none
     * @param width of the stream, -1 if unknown
     */
    static DictionarySpec read(Fields fields, DictionarySpec absent, int width) {
        OfKind reader = Objects.requireNonNull(BY_SPEC.get(absent.getClass()), absent.kind());
        DictionarySpec spec = reader.read(fields, absent, width);
        fields.refuseOthers("a dictionary of kind " + absent.kind());
        return spec;
    }

    private static TopK topK(Fields fields, TopK absent) {
        TopK spec = new TopK(
                fields.count("latents", absent.latents(), 1),
                fields.count("k", absent.k(), 1),
                fields.decimal("aux-coefficient", absent.auxCoefficient(), 0, Double.MAX_VALUE),
                fields.count("aux-k", absent.auxK(), 0),
                fields.oneOf("aux-normalisation", absent.auxNormalisation(), AUX_NORMALISATIONS),
                fields.whole("dead-tokens", absent.deadTokens(), 0, Long.MAX_VALUE),
                fields.flag("rescale-by-decoder-norm", absent.rescaleByDecoderNorm()),
                fields.oneOf("decoder-norm", absent.decoderNorm(), DECODER_NORMS),
                fields.decimal("multi-topk", absent.multiTopk(), 0, Double.MAX_VALUE),
                fields.oneOf("candidates", absent.candidates(), TopK.CANDIDATES));
        refuseMoreThanLatents(fields, spec.k(), spec.latents());
        return spec;
    }

    private static BatchTopK batchTopK(Fields fields, BatchTopK absent) {
        BatchTopK spec = new BatchTopK(
                fields.count("latents", absent.latents(), 1),
                fields.count("k", absent.k(), 1),
                fields.decimal("aux-coefficient", absent.auxCoefficient(), 0, Double.MAX_VALUE),
                fields.count("aux-k", absent.auxK(), 0),
                fields.oneOf("aux-normalisation", absent.auxNormalisation(), AUX_NORMALISATIONS),
                fields.whole("dead-tokens", absent.deadTokens(), 0, Long.MAX_VALUE),
                fields.flag("rescale-by-decoder-norm", absent.rescaleByDecoderNorm()),
                fields.oneOf("decoder-norm", absent.decoderNorm(), DECODER_NORMS));
        refuseMoreThanLatents(fields, spec.k(), spec.latents());
        return spec;
    }

    private static Matryoshka matryoshka(Fields fields, Matryoshka absent) {
        List<Integer> prefixes = fields.counts("prefixes", absent.prefixes(), 1);
        BatchTopK whole = batchTopK(
                fields,
                new BatchTopK(
                        absent.latents(),
                        absent.k(),
                        absent.auxCoefficient(),
                        absent.auxK(),
                        absent.auxNormalisation(),
                        absent.deadTokens(),
                        absent.rescaleByDecoderNorm(),
                        absent.decoderNorm()));
        return new Matryoshka(
                whole.latents(),
                whole.k(),
                prefixes,
                fields.decimal("prefix-weight", absent.prefixWeight(), 0, Double.MAX_VALUE),
                whole.auxCoefficient(),
                whole.auxK(),
                whole.auxNormalisation(),
                whole.deadTokens(),
                whole.rescaleByDecoderNorm(),
                whole.decoderNorm());
    }

    private static void refuseMoreThanLatents(Fields fields, int k, int latents) {
        if (k > latents) {
            fields.refuse("k", "at most latents (" + latents + ")", k);
        }
    }

    private static JumpRelu jumpRelu(Fields fields, JumpRelu absent) {
        return new JumpRelu(
                fields.count("latents", absent.latents(), 1),
                fields.oneOf("sparsity-loss", absent.sparsityLoss(), SPARSITY_LOSSES),
                fields.decimal("l0-coefficient", absent.l0Coefficient(), 0, Double.MAX_VALUE),
                fields.decimal("l0-warm-up", absent.l0WarmUp(), 0, 1),
                fields.decimal("l0-target", absent.l0Target(), 0, Double.MAX_VALUE),
                fields.decimal("bandwidth", absent.bandwidth(), 0, Double.MAX_VALUE),
                fields.decimal("initial-threshold", absent.initialThreshold(), 0, Double.MAX_VALUE),
                fields.decimal("tanh-scale", absent.tanhScale(), 0, Double.MAX_VALUE),
                fields.decimal("pre-act-coefficient", absent.preActCoefficient(), 0, Double.MAX_VALUE),
                fields.whole("dead-tokens", absent.deadTokens(), 0, Long.MAX_VALUE),
                fields.oneOf("decoder-norm", absent.decoderNorm(), DECODER_NORMS));
    }

    private static Gated gated(Fields fields, Gated absent) {
        return new Gated(
                fields.count("latents", absent.latents(), 1),
                fields.decimal("l1-coefficient", absent.l1Coefficient(), 0, Double.MAX_VALUE),
                fields.decimal("l1-warm-up", absent.l1WarmUp(), 0, 1),
                fields.oneOf("decoder-norm", absent.decoderNorm(), DECODER_NORMS));
    }

    private static Standard standard(Fields fields, Standard absent) {
        return new Standard(
                fields.count("latents", absent.latents(), 1),
                fields.decimal("l1-coefficient", absent.l1Coefficient(), 0, Double.MAX_VALUE),
                fields.decimal("l1-warm-up", absent.l1WarmUp(), 0, 1),
                fields.oneOf("decoder-norm", absent.decoderNorm(), DECODER_NORMS),
                fields.flag("centre-input", absent.centreInput()),
                fields.oneOf("penalty-weight", absent.penaltyWeight(), PENALTY_WEIGHTS),
                fields.whole("resample-tokens", absent.resampleTokens(), 0, Long.MAX_VALUE));
    }

    private static PAnneal pAnneal(Fields fields, PAnneal absent) {
        return new PAnneal(
                fields.count("latents", absent.latents(), 1),
                fields.decimal("coefficient", absent.coefficient(), 0, Double.MAX_VALUE),
                fields.decimal("coefficient-warm-up", absent.coefficientWarmUp(), 0, 1),
                fields.decimal("anneal-start", absent.annealStart(), 0, 1),
                fields.decimal("p-end", absent.pEnd(), 0, 1),
                fields.count("steps", absent.steps(), 1),
                fields.oneOf("decoder-norm", absent.decoderNorm(), DECODER_NORMS),
                fields.whole("resample-tokens", absent.resampleTokens(), 0, Long.MAX_VALUE));
    }

    private static KMeansLatent kMeansLatent(Fields fields, KMeansLatent absent) {
        KMeansLatent spec = new KMeansLatent(
                fields.count("latents", absent.latents(), 1),
                fields.count("k", absent.k(), 1),
                fields.count("centroids", absent.centroids(), 1),
                fields.decimal("commitment", absent.commitment(), 0, Double.MAX_VALUE),
                fields.count("init-rows", absent.initRows(), 0),
                fields.whole("half-life-tokens", absent.halfLifeTokens(), 0, Long.MAX_VALUE));
        refuseMoreThanLatents(fields, spec.k(), spec.latents());
        return spec;
    }

    private static KMeans kMeans(Fields fields, KMeans absent) {
        return new KMeans(
                fields.count("latents", absent.latents(), 1),
                fields.count("init-rows", absent.initRows(), 0),
                fields.oneOf("seeding", absent.seeding(), SEEDINGS),
                fields.whole("half-life-tokens", absent.halfLifeTokens(), 0, Long.MAX_VALUE),
                fields.whole("split-tokens", absent.splitTokens(), 0, Long.MAX_VALUE));
    }

    private static Pca pca(Fields fields, Pca absent, int width) {
        return new Pca(
                fields.counts("fixed", upTo(width, absent.fixed()), 1),
                fields.counts("per-token", upTo(width, absent.perToken()), 1),
                fields.oneOf("method", absent.method(), PCA_METHODS),
                fields.count("components", absent.components(), 0),
                fields.decimal("refresh", absent.refresh(), 0, Double.MAX_VALUE));
    }

    private static Random random(Fields fields, Random absent) {
        Random spec = new Random(fields.count("latents", absent.latents(), 1), fields.count("k", absent.k(), 1));
        refuseMoreThanLatents(fields, spec.k(), spec.latents());
        return spec;
    }

    private static TokenMean tokenMean(Fields fields, TokenMean absent) {
        return new TokenMean(fields.count("latents", absent.latents(), 1));
    }

    /** A default may not be larger than the stream is wide. */
    private static List<Integer> upTo(int width, List<Integer> values) {
        return width < 1
                ? values
                : values.stream().filter(value -> value <= width).toList();
    }
}
