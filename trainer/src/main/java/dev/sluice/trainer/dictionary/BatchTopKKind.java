package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import java.util.Optional;

/** BatchTopK SAEs. */
final class BatchTopKKind extends SaeKind<DictionarySpec.BatchTopK> {
    BatchTopKKind() {
        super(DictionarySpec.BatchTopK.class);
    }

    @Override
    void check(Violations violations, DictionarySpec.BatchTopK spec, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, spec.latents(), spec.k(), spec.decoderNorm(), width);
        SaeRules.addThreshold(violations, spec.latents(), training);
        SaeRules.addAux(violations, spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation(), spec.deadTokens());
    }

    @Override
    Cost costOf(DictionarySpec.BatchTopK spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width), Cost.sparseFlop(spec.latents(), spec.k(), width));
    }

    @Override
    Optional<Inference> inference(DictionarySpec.BatchTopK spec, TrainingSpec training, StateSource state) {
        return Optional.of(BatchTopKSae.inference(state, spec.rescaleByDecoderNorm(), training));
    }

    @Override
    SaeLearner<?> learner(NDManager manager, DictionarySpec.BatchTopK spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        BatchTopKSae sae = new BatchTopKSae(
                manager,
                parameters,
                spec.k(),
                BatchTopKSae.Prefixes.none(spec.latents()),
                spec.rescaleByDecoderNorm(),
                new AuxK.Settings(spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation()),
                SaeRules.isReference(training));
        return new SaeLearner<>(manager, sae, training, spec.decoderNorm(), spec.deadTokens());
    }
}
