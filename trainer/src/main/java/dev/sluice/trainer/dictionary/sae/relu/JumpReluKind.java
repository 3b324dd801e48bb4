package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.Initialisation;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeLearner;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** JumpReLU SAEs. */
public final class JumpReluKind extends SaeKind<JumpReluKind.JumpRelu> {
    /**
     * JumpReLU SAE (Rajamanoharan et al. 2024): a latent fires above a threshold of its own, which is learned.
     *
     * @param latents n
     * @param sparsityLoss {@code l0}, {@code tanh} or {@code target-l0}
     * @param l0Coefficient λ of that loss
     * @param l0WarmUp share of training tokens over which it rises linearly from 0
     * @param l0Target of {@code target-l0}: mean active latents per token
     * @param bandwidth ε of the kernel by which thresholds learn, in the units of the normalised input
     * @param initialThreshold in the same units
     * @param tanhScale of {@code tanh}
     * @param preActCoefficient of the loss that lifts what dead latents fall short of their thresholds; 0 for none
     * @param deadTokens as of {@link TopK}
     * @param decoderNorm {@code free} or {@code unit}
     */
    public record JumpRelu(
            int latents,
            String sparsityLoss,
            double l0Coefficient,
            double l0WarmUp,
            double l0Target,
            double bandwidth,
            double initialThreshold,
            double tanhScale,
            double preActCoefficient,
            long deadTokens,
            String decoderNorm)
            implements DictionarySpec {
        /** With these values by key, and the defaults of the other keys. */
        public static JumpRelu of(Map<String, Object> values) {
            return new JumpReluKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "jump-relu";
        }
    }

    public JumpReluKind() {
        super(Descriptor.of(
                        "jump-relu", JumpRelu.class, SaeKeys.title("JumpReLU", "a learned threshold for each latent"))
                .with(
                        SaeKeys.latents(),
                        Key.word("sparsity-loss", JumpReluSae.L0, JumpReluSae.L0, JumpReluSae.TANH, JumpReluSae.TARGET)
                                .text("`target-l0` is the squared distance of L0 from `l0-target`"),
                        Key.number("l0-coefficient", 0.35).letter("c").inForm().text("weight of that loss"),
                        SaeKeys.warmUp("l0-warm-up", 0.25),
                        Key.number("l0-target", 16)
                                .above(0.0)
                                .letter("l")
                                .unit("latents per token")
                                .text("mean L0 that the loss `target-l0` leads to"),
                        Key.number("bandwidth", 0.2)
                                .above(0.0)
                                .text("of the kernel by which thresholds learn, in the units of the normalised input"),
                        Key.number("initial-threshold", 0.01).above(0.0).text("of each latent, in the same units"),
                        Key.number("tanh-scale", 4).above(0.0).text("of the loss `tanh`"),
                        Key.number("pre-act-coefficient", 0)
                                .text("weight of the loss that lifts dead latents to their thresholds"),
                        SaeKeys.deadTokens(),
                        SaeKeys.decoderNorm(SaeRules.FREE)));
    }

    @Override
    public void check(Violations violations, JumpRelu spec, TrainingSpec training, int width) {
        SaeRules.addDense(violations, spec.latents(), training, width);
    }

    @Override
    public Cost costOf(JumpRelu spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width) + spec.latents(), Cost.denseFlop(spec.latents(), width));
    }

    @Override
    public Optional<Inference> inference(JumpRelu spec, TrainingSpec training, StateSource state) {
        return Optional.of(Inference.of(
                SaeWeights.Architecture.JUMP_RELU, Map.of(SaeWeights.THRESHOLD, JumpReluSae.thresholds(state))));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, JumpRelu spec, TrainingSpec training, int width) {
        boolean logarithmic = SaeRules.isReference(training);
        float[] thresholds = new float[spec.latents()];
        Arrays.fill(
                thresholds, (float) (logarithmic ? StrictMath.log(spec.initialThreshold()) : spec.initialThreshold()));
        Parameters parameters = Initialisation.dense(
                        manager, spec.latents(), width, Initialisation.norm(spec.decoderNorm()), training.seed())
                .with(
                        logarithmic ? JumpReluSae.LOG_THRESHOLD : JumpReluSae.THRESHOLD,
                        thresholds,
                        new Shape(spec.latents()));
        JumpReluSae sae = new JumpReluSae(manager, parameters, spec, logarithmic);
        if (spec.preActCoefficient() > 0) {
            return new SaeLearner<>(manager, sae, training, spec.decoderNorm(), spec.deadTokens());
        }
        return new SaeLearner<>(
                manager,
                new SwitchingSae<>(sae, new SparseJumpRelu(manager, sae)),
                training,
                spec.decoderNorm(),
                spec.deadTokens());
    }
}
