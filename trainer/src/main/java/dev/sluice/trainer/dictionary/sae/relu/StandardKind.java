package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Resampling;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** ReLU SAEs with an L1 penalty. */
public final class StandardKind extends SaeKind<DictionarySpec.Standard> {
    public StandardKind() {
        super(DictionarySpec.Standard.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.Standard standard, TrainingSpec training, int width) {
        SaeRules.addDense(violations, standard.latents(), standard.decoderNorm(), training, width);
        violations.requireAmount("dictionary.l1-coefficient", standard.l1Coefficient());
        violations.requireShare("dictionary.l1-warm-up", standard.l1WarmUp());
        violations.requireWord(
                "dictionary.penalty-weight",
                Set.of(SaeRules.BY_DECODER_NORM, SaeRules.UNWEIGHTED),
                standard.penaltyWeight());
        violations.requireAtLeast("dictionary.resample-tokens", 0, standard.resampleTokens());
    }

    @Override
    public Cost costOf(DictionarySpec.Standard standard, int width) {
        return Cost.descended(Cost.autoencoder(standard.latents(), width), Cost.denseFlop(standard.latents(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.Standard spec, TrainingSpec training, StateSource state) {
        return Optional.of(new Inference(SaeWeights.Architecture.STANDARD, 0, false, spec.centreInput(), Map.of()));
    }

    @Override
    public SaeLearner<?> learner(
            NDManager manager, DictionarySpec.Standard standard, TrainingSpec training, int width) {
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
