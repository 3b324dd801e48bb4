package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** ReLU SAEs with an L1 penalty. */
public final class StandardKind extends PenalisedKind<StandardKind.Standard> {
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
            implements DictionarySpec, PenalisedKind.Spec {
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
    public Optional<Inference> inference(Standard spec, TrainingSpec training, StateSource state) {
        return Optional.of(new Inference(SaeWeights.Architecture.STANDARD, 0, false, spec.centreInput(), Map.of()));
    }

    @Override
    SwitchingSae<StandardSae.Dense> sae(NDManager manager, Parameters parameters, Standard spec) {
        StandardSae sae = new StandardSae(manager, parameters, spec);
        return new SwitchingSae<>(sae, new SparseStandard(manager, sae));
    }
}
