package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import java.util.Optional;

/** SAEs that select the k B largest codes of a batch of B rows: they differ in which prefixes are to reconstruct. */
abstract class BatchSelectingKind<S extends DictionarySpec & BatchSelectingKind.Spec> extends SaeKind<S> {
    /** @param own keys beside those that these kinds have in common */
    BatchSelectingKind(String name, Class<S> type, Descriptor.Title title, Key... own) {
        super(Descriptor.of(name, type, title)
                .with(SaeKeys.latents(), SaeKeys.k("active latents per token, on average over a batch"))
                .with(own)
                .with(SaeKeys.aux())
                .with(SaeKeys.rescaleByDecoderNorm(), SaeKeys.decoderNorm(SaeRules.FREE)));
    }

    /** What the specs of these kinds have in common. */
    interface Spec {
        int latents();

        int k();

        double auxCoefficient();

        int auxK();

        String auxNormalisation();

        long deadTokens();

        boolean rescaleByDecoderNorm();

        String decoderNorm();
    }

    /** What is to reconstruct on its own. */
    abstract BatchTopKSae.Prefixes prefixes(S spec);

    @Override
    public void check(Violations violations, S spec, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, spec.latents(), width);
        SaeRules.addThreshold(violations, spec.latents(), training);
    }

    @Override
    public final Cost costOf(S spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width), Cost.sparseFlop(spec.latents(), spec.k(), width));
    }

    @Override
    public final Optional<Inference> inference(S spec, TrainingSpec training, StateSource state) {
        return Optional.of(BatchTopKSae.inference(state, spec.rescaleByDecoderNorm(), training));
    }

    @Override
    public final SaeLearner<?> learner(NDManager manager, S spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        BatchTopKSae sae = new BatchTopKSae(
                manager,
                parameters,
                new BatchTopKSae.Selection(spec.k(), prefixes(spec), spec.rescaleByDecoderNorm()),
                new AuxK.Settings(spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation()),
                SaeRules.isReference(training));
        return new SaeLearner<>(manager, sae, training, spec.decoderNorm(), spec.deadTokens());
    }
}
