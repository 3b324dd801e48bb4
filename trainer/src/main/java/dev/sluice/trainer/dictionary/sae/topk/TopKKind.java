package dev.sluice.trainer.dictionary.sae.topk;

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

/** TopK SAEs. */
public final class TopKKind extends SaeKind<DictionarySpec.TopK> {
    public TopKKind() {
        super(DictionarySpec.TopK.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.TopK topK, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, topK.latents(), topK.k(), topK.decoderNorm(), width);
        SaeRules.addAux(violations, topK.auxCoefficient(), topK.auxK(), topK.auxNormalisation(), topK.deadTokens());
        violations.requireAmount("dictionary.multi-topk", topK.multiTopk());
        violations.requireWord("dictionary.candidates", DictionarySpec.TopK.CANDIDATES, topK.candidates());
    }

    @Override
    public Cost costOf(DictionarySpec.TopK topK, int width) {
        return Cost.descended(
                Cost.autoencoder(topK.latents(), width), Cost.sparseFlop(topK.latents(), topK.k(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.TopK spec, TrainingSpec training, StateSource state) {
        return Optional.of(
                new Inference(SaeWeights.Architecture.TOPK, spec.k(), spec.rescaleByDecoderNorm(), true, Map.of()));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, DictionarySpec.TopK topK, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, topK.latents(), width, Initialisation.norm(topK.decoderNorm()), training.seed());
        TopKSae sae = new TopKSae(manager, parameters, topK, SaeRules.isReference(training));
        return new SaeLearner<>(manager, sae, training, topK.decoderNorm(), topK.deadTokens());
    }
}
