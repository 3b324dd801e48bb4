package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Optional;

/** Gated SAEs. */
public final class GatedKind extends SaeKind<DictionarySpec.Gated> {
    public GatedKind() {
        super(DictionarySpec.Gated.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.Gated spec, TrainingSpec training, int width) {
        SaeRules.addDense(violations, spec.latents(), spec.decoderNorm(), training, width);
        violations.requireAmount("dictionary.l1-coefficient", spec.l1Coefficient());
        violations.requireShare("dictionary.l1-warm-up", spec.l1WarmUp());
        // A decoder that does not learn from the auxiliary loss could shrink, and with it the penalty, at no cost.
        violations.require(
                !spec.decoderNorm().equals(SaeRules.FREE) || SaeRules.isReference(training),
                "dictionary.decoder-norm",
                "unit for gated, unless training.reference is " + SaeRules.REFERENCE,
                spec.decoderNorm());
    }

    @Override
    public Cost costOf(DictionarySpec.Gated spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width) + 2.0 * spec.latents(), Cost.gatedFlop(spec.latents(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.Gated spec, TrainingSpec training, StateSource state) {
        return Optional.of(Inference.of(
                SaeWeights.Architecture.GATED,
                Map.of(
                        GatedSae.GATE_BIAS, state.floats(GatedSae.GATE_BIAS),
                        GatedSae.MAGNITUDE_BIAS, state.floats(GatedSae.MAGNITUDE_BIAS),
                        GatedSae.LOG_SCALE, state.floats(GatedSae.LOG_SCALE))));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, DictionarySpec.Gated spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.gated(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        GatedSae sae = new GatedSae(manager, parameters, spec, SaeRules.isReference(training));
        return new SaeLearner<>(
                manager, new SwitchingSae<>(sae, new SparseGated(manager, sae)), training, spec.decoderNorm(), 0);
    }
}
