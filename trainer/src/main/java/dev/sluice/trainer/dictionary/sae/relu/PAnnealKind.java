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

/** ReLU SAEs whose penalty is annealed from L1 to a smaller power. */
public final class PAnnealKind extends SaeKind<DictionarySpec.PAnneal> {
    /** (Σ f^p)^{1/p} of thousands of codes leaves float32 below it. */
    private static final double LEAST_P = 0.1;

    private static final int MOST_STEPS = 1_000_000;

    public PAnnealKind() {
        super(DictionarySpec.PAnneal.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.PAnneal spec, TrainingSpec training, int width) {
        SaeRules.addDense(violations, spec.latents(), spec.decoderNorm(), training, width);
        violations.requireAmount("dictionary.coefficient", spec.coefficient());
        violations.requireShare("dictionary.coefficient-warm-up", spec.coefficientWarmUp());
        violations.requireShare("dictionary.anneal-start", spec.annealStart());
        violations.require(
                spec.pEnd() >= LEAST_P && spec.pEnd() <= 1,
                "dictionary.p-end",
                "between " + LEAST_P + " and 1",
                spec.pEnd());
        violations.require(
                spec.steps() >= 1 && spec.steps() <= MOST_STEPS,
                "dictionary.steps",
                "between 1 and " + MOST_STEPS,
                spec.steps());
        violations.requireAtLeast("dictionary.resample-tokens", 0, spec.resampleTokens());
    }

    @Override
    public Cost costOf(DictionarySpec.PAnneal spec, int width) {
        return Cost.descended(Cost.autoencoder(spec.latents(), width), Cost.denseFlop(spec.latents(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.PAnneal spec, TrainingSpec training, StateSource state) {
        return Optional.of(Inference.of(SaeWeights.Architecture.STANDARD, Map.of()));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, DictionarySpec.PAnneal spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.dense(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        PAnnealSae sae = new PAnnealSae(manager, parameters, spec);
        long window = Resampling.window(spec.resampleTokens());
        return new SaeLearner<>(
                manager,
                new SwitchingSae<>(sae, new SparsePAnneal(manager, sae)),
                training,
                spec.decoderNorm(),
                window,
                spec.resampleTokens());
    }
}
