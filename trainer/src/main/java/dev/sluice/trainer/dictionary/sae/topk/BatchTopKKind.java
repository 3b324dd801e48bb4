package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import java.util.Optional;

/** BatchTopK SAEs. */
public final class BatchTopKKind extends SaeKind<DictionarySpec.BatchTopK> {
    public BatchTopKKind() {
        super(DictionarySpec.BatchTopK.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.BatchTopK spec, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, spec.latents(), spec.k(), spec.decoderNorm(), width);
        SaeRules.addThreshold(violations, spec.latents(), training);
        SaeRules.addAux(violations, spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation(), spec.deadTokens());
    }

    @Override
    public Cost costOf(DictionarySpec.BatchTopK spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width), Cost.sparseFlop(spec.latents(), spec.k(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.BatchTopK spec, TrainingSpec training, StateSource state) {
        return Optional.of(BatchTopKSae.inference(state, spec.rescaleByDecoderNorm(), training));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, DictionarySpec.BatchTopK spec, TrainingSpec training, int width) {
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
