package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** TopK SAEs. */
public final class TopKKind extends SaeKind<TopKKind.TopK> {
    /**
     * TopK SAE (Gao et al. 2024) with AuxK.
     *
     * @param latents n
     * @param k active latents per token, at most n
     * @param auxCoefficient weight of AuxK, 0 switches it off
     * @param auxK latents that AuxK revives at once, 0 for d/2
     * @param auxNormalisation {@code saelens} or {@code openai}
     * @param deadTokens a latent silent for this long is dead; 0 for the smaller of 10 M tokens and 200 batches
     * @param rescaleByDecoderNorm select on pre-activation times decoder norm, as SAELens trains
     * @param decoderNorm {@code free} or {@code unit}
     * @param multiTopk weight of Multi-TopK, the squared error that 4 k latents leave; 0 switches it off, sparsify has 1/8
     * @param candidates what selects the latents: {@code float32}, the product of the encoder; {@code bfloat16}, a product
     *     that rules out most of them before the others' inner products are computed; or {@code auto}, the latter from
     *     8,192 latents on; a GPU has float32 whatever this says
     */
    public record TopK(
            int latents,
            int k,
            double auxCoefficient,
            int auxK,
            String auxNormalisation,
            long deadTokens,
            boolean rescaleByDecoderNorm,
            String decoderNorm,
            double multiTopk,
            String candidates)
            implements DictionarySpec {
        public static final String AUTO = "auto";
        public static final String FLOAT32 = "float32";
        public static final String BFLOAT16 = "bfloat16";

        /** Specs from before there was a choice select by float32. */
        public TopK {
            candidates = Objects.requireNonNullElse(candidates, FLOAT32);
        }

        /** With these values by key, and the defaults of the other keys. */
        public static TopK of(Map<String, Object> values) {
            return new TopKKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "topk";
        }
    }

    public TopKKind() {
        super(
                Descriptor.of("topk", TopK.class, SaeKeys.title("TopK", "the k largest latents of each token"))
                        .with(SaeKeys.latents(), SaeKeys.k("active latents of each token"))
                        .with(SaeKeys.aux())
                        .with(
                                SaeKeys.rescaleByDecoderNorm(),
                                SaeKeys.decoderNorm(SaeRules.FREE),
                                Key.number("multi-topk", 0)
                                        .text(
                                                "weight of the squared error that 4 k latents leave; 0 for none, sparsify has 1/8"),
                                Key.word("candidates", TopK.AUTO, TopK.AUTO, TopK.BFLOAT16, TopK.FLOAT32)
                                        .text(
                                                "what selects latents: `float32`, the encoder's product; `bfloat16`, a product that "
                                                        + "rules out most of them first; `auto`, the latter from 8,192 latents on")));
    }

    @Override
    public void check(Violations violations, TopK topK, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, topK.latents(), width);
    }

    @Override
    public Cost costOf(TopK topK, int width) {
        return Cost.descended(
                Cost.autoencoder(topK.latents(), width), Cost.sparseFlop(topK.latents(), topK.k(), width));
    }

    @Override
    public Optional<Inference> inference(TopK spec, TrainingSpec training, StateSource state) {
        return Optional.of(
                new Inference(SaeWeights.Architecture.TOPK, spec.k(), spec.rescaleByDecoderNorm(), true, Map.of()));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, TopK topK, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, topK.latents(), width, Initialisation.norm(topK.decoderNorm()), training.seed());
        TopKSae sae = new TopKSae(manager, parameters, topK, SaeRules.isReference(training));
        return new SaeLearner<>(manager, sae, training, topK.decoderNorm(), topK.deadTokens());
    }
}
