package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** JumpReLU SAEs. */
public final class JumpReluKind extends SaeKind<DictionarySpec.JumpRelu> {
    public JumpReluKind() {
        super(DictionarySpec.JumpRelu.class);
    }

    @Override
    public void check(Violations violations, DictionarySpec.JumpRelu spec, TrainingSpec training, int width) {
        SaeRules.addDense(violations, spec.latents(), spec.decoderNorm(), training, width);
        violations.requireWord(
                "dictionary.sparsity-loss",
                Set.of(JumpReluSae.L0, JumpReluSae.TANH, JumpReluSae.TARGET),
                spec.sparsityLoss());
        violations.requireAmount("dictionary.l0-coefficient", spec.l0Coefficient());
        violations.requireShare("dictionary.l0-warm-up", spec.l0WarmUp());
        violations.requirePositiveAmount("dictionary.l0-target", spec.l0Target());
        violations.requirePositiveAmount("dictionary.bandwidth", spec.bandwidth());
        violations.requirePositiveAmount("dictionary.initial-threshold", spec.initialThreshold());
        violations.requirePositiveAmount("dictionary.tanh-scale", spec.tanhScale());
        violations.requireAmount("dictionary.pre-act-coefficient", spec.preActCoefficient());
        violations.requireAtLeast("dictionary.dead-tokens", 0, spec.deadTokens());
    }

    @Override
    public Cost costOf(DictionarySpec.JumpRelu spec, int width) {
        return Cost.descended(
                Cost.autoencoder(spec.latents(), width) + spec.latents(), Cost.denseFlop(spec.latents(), width));
    }

    @Override
    public Optional<Inference> inference(DictionarySpec.JumpRelu spec, TrainingSpec training, StateSource state) {
        return Optional.of(Inference.of(
                SaeWeights.Architecture.JUMP_RELU, Map.of(SaeWeights.THRESHOLD, JumpReluSae.thresholds(state))));
    }

    @Override
    public SaeLearner<?> learner(NDManager manager, DictionarySpec.JumpRelu spec, TrainingSpec training, int width) {
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
