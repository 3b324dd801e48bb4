package dev.sluice.trainer.dictionary.sae.imported;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SaeWeights.Architecture;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import java.util.List;
import java.util.Set;

/** SAEs of other libraries. */
public final class ImportedKind implements Kind {
    private static final Set<String> NORMALISATIONS =
            Set.of(InputScale.NONE, InputScale.LAYER_NORM, InputScale.CONSTANT_NORM);

    /** Weights of encoder and decoder, those that are read while they are copied, and a temporary. */
    private static final int COPIES = 5;

    @Override
    public List<String> violations(VariantSpec spec, int width) {
        DictionarySpec.Imported imported = dictionary(spec);
        Violations violations = new Violations();
        SaeRules.addTraining(violations, spec.training());
        violations.requirePositive("dictionary.latents", imported.latents());
        violations.requireWord("dictionary.architecture", SaeWeights.architectures(), imported.architecture());
        violations.requireWord("dictionary.normalisation", NORMALISATIONS, imported.normalisation());
        violations.require(
                imported.k() >= 0 && imported.k() <= imported.latents(),
                "dictionary.k",
                "between 0 and dictionary.latents " + imported.latents(),
                imported.k());
        long codes = (long) Math.max(0, spec.training().batchTokens()) * Math.max(0, imported.latents());
        violations.requireRoom("dictionary.latents", imported.latents(), width, COPIES, codes);
        return violations.found();
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        double latents = ((DictionarySpec.Imported) dictionary).latents();
        double parameters = Cost.autoencoder(latents, width);
        return new Cost(parameters, parameters * Float.BYTES, 0, Cost.inferenceFlop(latents, width));
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        throw new IllegalArgumentException("the weights of " + spec.id()
                + ", an import, are in its first checkpoint, which is gone: import it again under another id");
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager parent) {
        NDManager manager = parent.newSubManager();
        DictionarySpec.Imported imported = dictionary(spec);
        Parameters parameters = parameters(manager, imported, width);
        parameters.restoreValues(state);
        return new ImportedLearner(manager, sae(manager, parameters, imported), imported);
    }

    private static Parameters parameters(NDManager manager, DictionarySpec.Imported imported, int width) {
        int latents = imported.latents();
        float[] vector = new float[latents];
        float[] matrix = new float[Math.multiplyExact(latents, width)];
        Parameters parameters = new Parameters(manager);
        for (String name : SaeWeights.names(SaeWeights.architecture(imported.architecture()))) {
            switch (name) {
                case Parameters.ENCODER, Parameters.DECODER -> parameters.with(name, matrix, new Shape(latents, width));
                case Parameters.DECODER_BIAS -> parameters.with(name, new float[width], new Shape(width));
                default -> parameters.with(name, vector, new Shape(latents));
            }
        }
        return parameters;
    }

    private static Sae<?> sae(NDManager manager, Parameters parameters, DictionarySpec.Imported imported) {
        int latents = imported.latents();
        Architecture architecture = SaeWeights.architecture(imported.architecture());
        return switch (architecture) {
            case TOPK -> new TopKSae(manager, parameters, topK(imported), false);
            case STANDARD -> new StandardSae(manager, parameters, standard(imported));
            case JUMP_RELU -> new JumpReluSae(manager, parameters, jumpRelu(latents), false);
            case GATED ->
                new GatedSae(manager, parameters, new DictionarySpec.Gated(latents, 0, 0, SaeRules.FREE), false);
        };
    }

    private static DictionarySpec.TopK topK(DictionarySpec.Imported imported) {
        return new DictionarySpec.TopK(imported.latents(), imported.k(), 0, 0, AuxK.SAELENS, 0, false, SaeRules.FREE);
    }

    private static DictionarySpec.Standard standard(DictionarySpec.Imported imported) {
        return new DictionarySpec.Standard(imported.latents(), 0, 0, SaeRules.FREE, imported.centreInput());
    }

    private static DictionarySpec.JumpRelu jumpRelu(int latents) {
        return new DictionarySpec.JumpRelu(latents, JumpReluSae.L0, 0, 0, 1, 1, 1, 1, 0, 0, SaeRules.FREE);
    }

    private static DictionarySpec.Imported dictionary(VariantSpec spec) {
        return (DictionarySpec.Imported) spec.dictionary();
    }
}
