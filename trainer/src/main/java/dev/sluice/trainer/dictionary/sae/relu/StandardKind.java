package dev.sluice.trainer.dictionary.sae.relu;

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
import dev.sluice.trainer.dictionary.sae.Resampling;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** ReLU SAEs with an L1 penalty. */
public final class StandardKind extends SaeKind<StandardKind.Standard> {
    /**
     * ReLU SAE with an L1 penalty.
     *
     * @param latents n
     * @param l1Coefficient of the penalty, in the units of the normalised input
     * @param l1WarmUp share of training tokens over which it rises linearly from 0
     * @param decoderNorm {@code free} or {@code unit}
     * @param centreInput subtract b_dec from the input (SAELens: apply_b_dec_to_input)
     * @param penaltyWeight what the penalty weighs latents by if decoder norms are free: {@code decoder-norm} or {@code
     *     none}
     * @param resampleTokens distance of resamplings of latents that were silent for half as long; 0 for none
     */
    public record Standard(
            int latents,
            double l1Coefficient,
            double l1WarmUp,
            String decoderNorm,
            boolean centreInput,
            String penaltyWeight,
            long resampleTokens)
            implements DictionarySpec {
        /** Specs from before there was a choice weigh by the decoder's norm. */
        public Standard {
            penaltyWeight = Objects.requireNonNullElse(penaltyWeight, "decoder-norm");
        }

        /** With these values by key, and the defaults of the other keys. */
        public static Standard of(Map<String, Object> values) {
            return new StandardKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "standard";
        }
    }

    public StandardKind() {
        super(Descriptor.of("standard", Standard.class, SaeKeys.title("L1", "ReLU, sparse by an L1 penalty"))
                .with(
                        SaeKeys.latents(),
                        Key.number("l1-coefficient", 3)
                                .letter("c")
                                .inForm()
                                .text("weight of the L1 penalty, in the units of the normalised input"),
                        SaeKeys.warmUp("l1-warm-up", 0.05),
                        SaeKeys.decoderNorm(SaeRules.FREE),
                        Key.flag("centre-input", true).text("subtract b_dec from the input"),
                        Key.word(
                                        "penalty-weight",
                                        SaeRules.BY_DECODER_NORM,
                                        SaeRules.BY_DECODER_NORM,
                                        SaeRules.UNWEIGHTED)
                                .text("what the penalty weighs latents by if decoder norms are free"),
                        SaeKeys.resampleTokens()));
    }

    @Override
    public void check(Violations violations, Standard standard, TrainingSpec training, int width) {
        SaeRules.addDense(violations, standard.latents(), training, width);
    }

    @Override
    public Cost costOf(Standard standard, int width) {
        return Cost.descended(Cost.autoencoder(standard.latents(), width), Cost.denseFlop(standard.latents(), width));
    }

    @Override
    public Optional<Inference> inference(Standard spec, TrainingSpec training, StateSource state) {
        return Optional.of(new Inference(SaeWeights.Architecture.STANDARD, 0, false, spec.centreInput(), Map.of()));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, Standard standard, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.dense(
                manager, standard.latents(), width, Initialisation.norm(standard.decoderNorm()), training.seed());
        StandardSae sae = new StandardSae(manager, parameters, standard);
        long window = Resampling.window(standard.resampleTokens());
        return new SaeLearner<>(
                manager,
                new SwitchingSae<>(sae, new SparseStandard(manager, sae)),
                training,
                standard.decoderNorm(),
                window,
                standard.resampleTokens());
    }
}
