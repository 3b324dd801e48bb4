package dev.sluice.trainer.dictionary.sae.imported;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.InputScale;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SaeWeights.Architecture;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import java.util.List;
import java.util.Map;

/** SAEs of other libraries. */
public final class ImportedKind implements Kind {
    /**
     * An SAE of another library, which is measured and never learns. Its weights are in its checkpoint of step 0.
     *
     * @param latents n
     * @param architecture {@code standard}, {@code topk}, {@code jump-relu} or {@code gated}
     * @param k latents per token of {@code topk}, else 0
     * @param centreInput whether the encoder sees x - b_dec
     * @param normalisation of each row: {@code none}, {@code layer-norm} or {@code constant-norm-rescale}
     * @param centredRows whether the mean of each row is taken away before and added again after
     * @param sha256 of the weights
     */
    public record Imported(
            int latents,
            String architecture,
            int k,
            boolean centreInput,
            String normalisation,
            boolean centredRows,
            String sha256)
            implements DictionarySpec {
        /** With these values by key, and the defaults of the other keys. */
        public static Imported of(Map<String, Object> values) {
            return new ImportedKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "imported";
        }
    }

    private static final List<String> NORMALISATIONS =
            List.of(InputScale.NONE, InputScale.LAYER_NORM, InputScale.CONSTANT_NORM);

    /** Weights of encoder and decoder, those that are read while they are copied, and a temporary. */
    private static final int COPIES = 5;

    private static final Descriptor<Imported> DESCRIPTOR = Descriptor.of(
                    "imported",
                    Imported.class,
                    SaeKeys.title("Imported", "an SAE of another library, which is measured and never learns"))
            .with(
                    Key.integer("latents", null).atLeast(1).text("number of latents"),
                    Key.word("architecture", null, SaeWeights.architectures().toArray(String[]::new))
                            .text("how codes follow from pre-activations"),
                    Key.integer("k", null).unit("latents per token").text("of `topk`, else 0"),
                    Key.flag("centre-input", true).text("whether the encoder sees x - b_dec"),
                    Key.word("normalisation", InputScale.NONE, NORMALISATIONS.toArray(String[]::new))
                            .text("of each row"),
                    Key.flag("centred-rows", false)
                            .text("whether the mean of each row is taken away before and added again after"),
                    Key.word("sha256", null).text("of the weights"))
            .withoutDescent()
            .notCreatable();

    @Override
    public Descriptor<Imported> descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        Imported imported = dictionary(spec);
        violations.require(
                imported.k() >= 0 && imported.k() <= imported.latents(),
                "dictionary.k",
                "between 0 and dictionary.latents " + imported.latents(),
                imported.k());
        long codes = (long) Math.max(0, spec.training().batchTokens()) * Math.max(0, imported.latents());
        violations.requireRoom("dictionary.latents", imported.latents(), width, COPIES, codes);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        double latents = ((Imported) dictionary).latents();
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
        Imported imported = dictionary(spec);
        Parameters parameters = parameters(manager, imported, width);
        parameters.restoreValues(state);
        return new ImportedLearner(manager, sae(manager, parameters, imported), imported);
    }

    private static Parameters parameters(NDManager manager, Imported imported, int width) {
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

    private static Sae<?> sae(NDManager manager, Parameters parameters, Imported imported) {
        int latents = imported.latents();
        Architecture architecture = SaeWeights.architecture(imported.architecture());
        return switch (architecture) {
            case TOPK -> new TopKSae(manager, parameters, topK(imported), false);
            case STANDARD -> new StandardSae(manager, parameters, standard(imported));
            case JUMP_RELU -> new JumpReluSae(manager, parameters, jumpRelu(latents), false);
            case GATED -> new GatedSae(manager, parameters, new Gated(latents, 0, 0, SaeRules.FREE), false);
        };
    }

    private static TopK topK(Imported imported) {
        return TopK.of(Map.of(
                "latents",
                imported.latents(),
                "k",
                imported.k(),
                "aux-coefficient",
                0,
                "rescale-by-decoder-norm",
                false));
    }

    private static Standard standard(Imported imported) {
        return Standard.of(Map.of(
                "latents",
                imported.latents(),
                "l1-coefficient",
                0,
                "l1-warm-up",
                0,
                "centre-input",
                imported.centreInput()));
    }

    private static JumpRelu jumpRelu(int latents) {
        return JumpRelu.of(Map.of(
                "latents", latents,
                "l0-coefficient", 0,
                "l0-warm-up", 0,
                "l0-target", 1,
                "bandwidth", 1,
                "initial-threshold", 1,
                "tanh-scale", 1));
    }

    private static Imported dictionary(VariantSpec spec) {
        return (Imported) spec.dictionary();
    }
}
