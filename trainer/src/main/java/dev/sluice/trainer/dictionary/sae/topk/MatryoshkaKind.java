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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Matryoshka SAEs over BatchTopK. */
public final class MatryoshkaKind extends SaeKind<DictionarySpec.Matryoshka> {
    /** Each one is another reconstruction of the batch. */
    private static final int MOST_PREFIXES = 64;

    public MatryoshkaKind() {
        super(DictionarySpec.Matryoshka.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.Matryoshka spec, TrainingSpec training, int width) {
        SaeRules.addSelecting(violations, spec.latents(), spec.k(), spec.decoderNorm(), width);
        SaeRules.addThreshold(violations, spec.latents(), training);
        SaeRules.addAux(violations, spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation(), spec.deadTokens());
        violations.requireAmount("dictionary.prefix-weight", spec.prefixWeight());
        int least = 1;
        for (int prefix : spec.prefixes()) {
            violations.require(
                    prefix >= least && prefix < spec.latents(),
                    "dictionary.prefixes",
                    "ascending, positive and below dictionary.latents " + spec.latents(),
                    spec.prefixes());
            least = Math.max(least, prefix) + 1;
        }
        violations.require(
                spec.prefixes().size() <= MOST_PREFIXES,
                "dictionary.prefixes",
                "at most " + MOST_PREFIXES,
                spec.prefixes().size());
    }

    @Override
    public Cost costOf(DictionarySpec.Matryoshka spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width), Cost.sparseFlop(spec.latents(), spec.k(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.Matryoshka spec, TrainingSpec training, StateSource state) {
        return Optional.of(BatchTopKSae.inference(state, spec.rescaleByDecoderNorm(), training));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, DictionarySpec.Matryoshka spec, TrainingSpec training, int width) {
        Parameters parameters = Initialisation.tied(
                manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed());
        BatchTopKSae sae = new BatchTopKSae(
                manager,
                parameters,
                spec.k(),
                new BatchTopKSae.Prefixes(widths(spec), spec.prefixWeight()),
                spec.rescaleByDecoderNorm(),
                new AuxK.Settings(spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation()),
                SaeRules.isReference(training));
        return new SaeLearner<>(manager, sae, training, spec.decoderNorm(), spec.deadTokens());
    }

    /** The prefixes and the whole; without any, a 16th, an 8th, a quarter and a half of the latents as prefixes. */
    static List<Integer> widths(DictionarySpec.Matryoshka spec) {
        List<Integer> widths = new ArrayList<>(spec.prefixes());
        if (widths.isEmpty()) {
            for (int part = 16; part > 1; part /= 2) {
                int width = spec.latents() / part;
                if (width > (widths.isEmpty() ? 0 : widths.get(widths.size() - 1))) {
                    widths.add(width);
                }
            }
        }
        widths.add(spec.latents());
        return widths;
    }
}
