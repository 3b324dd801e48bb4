package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Resampling;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;

/** ReLU SAEs that a penalty on their codes makes sparse, and whose silent latents are resampled: they differ in the penalty. */
abstract class PenalisedKind<S extends DictionarySpec & PenalisedKind.Spec> extends SaeKind<S> {
    PenalisedKind(Descriptor<S> descriptor) {
        super(descriptor);
    }

    /** What the specs of these kinds have in common. */
    interface Spec {
        int latents();

        String decoderNorm();

        long resampleTokens();
    }

    /** @param parameters as they are at first */
    abstract SwitchingSae<StandardSae.Dense> sae(NDManager manager, Parameters parameters, S spec);

    @Override
    public final void check(Violations violations, S spec, TrainingSpec training, int width) {
        SaeRules.addDense(violations, spec.latents(), training, width);
    }

    @Override
    public final Cost costOf(S spec, int width) {
        return Cost.descended(Cost.autoencoder(spec.latents(), width), Cost.denseFlop(spec.latents(), width));
    }

    @Override
    public final SaeLearner<?> learner(NDManager manager, S spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.dense(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        return new SaeLearner<>(
                manager,
                sae(manager, parameters, spec),
                training,
                spec.decoderNorm(),
                Resampling.window(spec.resampleTokens()),
                spec.resampleTokens());
    }
}
