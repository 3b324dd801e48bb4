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
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Optional;

/** Gated SAEs. */
public final class GatedKind extends SaeKind<GatedKind.Gated> {
    /**
     * Gated SAE (Rajamanoharan et al. 2024): which latents fire and how strongly are told apart.
     *
     * @param latents n
     * @param l1Coefficient of the penalty on the gate, in the units of the normalised input
     * @param l1WarmUp share of training tokens over which it rises linearly from 0
     * @param decoderNorm {@code free} (the penalty weighs latents by their decoder norm) or {@code unit}
     */
    public record Gated(int latents, double l1Coefficient, double l1WarmUp, String decoderNorm)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "gated";
        }
    }

    /** Of which the gate's rate is a part: on the sample twice TopK's was best. */
    private static final double BEST_RATE = 16e-3;

    public GatedKind() {
        super(Descriptor.of(
                        "gated",
                        Gated.class,
                        SaeKeys.title("Gated", "one path says which latents fire, another how strongly"))
                .with(
                        SaeKeys.latents(),
                        Key.number("l1-coefficient", 2)
                                .letter("c")
                                .inForm()
                                .text("weight of the L1 penalty, in the units of the normalised input"),
                        SaeKeys.warmUp("l1-warm-up", 0.25),
                        SaeKeys.decoderNorm(SaeRules.UNIT))
                .withTraining("learning-rate", BEST_RATE));
    }

    @Override
    public void check(Violations violations, Gated spec, TrainingSpec training, int width) {
        SaeRules.addDense(violations, spec.latents(), training, width);
        // A decoder that does not learn from the auxiliary loss could shrink, and with it the penalty, at no cost.
        violations.require(
                !spec.decoderNorm().equals(SaeRules.FREE) || SaeRules.isReference(training),
                "dictionary.decoder-norm",
                "unit for gated, unless training.reference is " + SaeRules.REFERENCE,
                spec.decoderNorm());
    }

    @Override
    public Cost costOf(Gated spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width) + 2.0 * spec.latents(), Cost.gatedFlop(spec.latents(), width));
    }

    @Override
    public Optional<Inference> inference(Gated spec, TrainingSpec training, StateSource state) {
        return Optional.of(Inference.of(
                SaeWeights.Architecture.GATED,
                Map.of(
                        GatedSae.GATE_BIAS, state.floats(GatedSae.GATE_BIAS),
                        GatedSae.MAGNITUDE_BIAS, state.floats(GatedSae.MAGNITUDE_BIAS),
                        GatedSae.LOG_SCALE, state.floats(GatedSae.LOG_SCALE))));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, Gated spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.gated(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        GatedSae sae = new GatedSae(manager, parameters, spec, SaeRules.isReference(training));
        return new SaeLearner<>(
                manager, new SwitchingSae<>(sae, new SparseGated(manager, sae)), training, spec.decoderNorm(), 0);
    }
}
