package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all kinds of SAE share: specs are checked, learners made and restored in the same way.
 *
 * @param <S> the kind's spec
 */
public abstract class SaeKind<S extends DictionarySpec> implements Kind {
    private final Descriptor<S> descriptor;

    public SaeKind(Descriptor<S> descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public final Descriptor<S> descriptor() {
        return descriptor;
    }

    /** Adds what is wrong with a dictionary of this kind, trained in this way, beside what its keys say of themselves. */
    public abstract void check(Violations violations, S dictionary, TrainingSpec training, int width);

    public abstract Cost costOf(S dictionary, int width);

    /** @param manager closed with the learner */
    public abstract SaeLearner<?> learner(NDManager manager, S dictionary, TrainingSpec training, int width);

    /** What a checkpoint of this kind is to those who only infer with it; empty if no other library has its rule. */
    public abstract Optional<Inference> inference(S dictionary, TrainingSpec training, StateSource state);

    /**
     * The rule of inference, beside the four parameters that every SAE has.
     *
     * @param k of TopK, else 0
     * @param others further tensors by their names in {@link SaeWeights}
     */
    public record Inference(
            SaeWeights.Architecture architecture,
            int k,
            boolean selectsByNorm,
            boolean centresInput,
            Map<String, float[]> others) {
        /** Of an architecture that has nothing to be said. */
        public static Inference of(SaeWeights.Architecture architecture, Map<String, float[]> others) {
            return new Inference(architecture, 0, false, true, others);
        }
    }

    @Override
    public final void check(Violations violations, VariantSpec spec, int width) {
        check(violations, type().cast(spec.dictionary()), spec.training(), width);
    }

    private Class<S> type() {
        return descriptor.type();
    }

    @Override
    public final Cost cost(DictionarySpec dictionary, int width) {
        return costOf(type().cast(dictionary), width);
    }

    @Override
    public final Learner create(VariantSpec spec, int width, NDManager manager) {
        return learner(spec, width, manager);
    }

    @Override
    public final Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        SaeLearner<?> learner = learner(spec, width, manager);
        learner.restore(state);
        return learner;
    }

    @Override
    public final Optional<SaeWeights> weights(VariantSpec spec, StateSource state) {
        return inference(type().cast(spec.dictionary()), spec.training(), state)
                .map(inference -> weights(inference, spec.training().normalisation(), state));
    }

    private static SaeWeights weights(Inference inference, String normalisation, StateSource state) {
        Map<String, float[]> tensors = new TreeMap<>(inference.others());
        for (String name :
                List.of(Parameters.ENCODER, Parameters.ENCODER_BIAS, Parameters.DECODER, Parameters.DECODER_BIAS)) {
            if (state.has(name)) {
                tensors.put(name, state.floats(name));
            }
        }
        int width = state.floats(Parameters.DECODER_BIAS).length;
        SaeWeights normalised = new SaeWeights(
                new SaeWeights.Rule(
                        inference.architecture(),
                        inference.k(),
                        inference.selectsByNorm(),
                        inference.centresInput(),
                        InputScale.isPerRow(normalisation) ? normalisation : InputScale.NONE),
                width,
                state.floats(Parameters.DECODER).length / width,
                tensors);
        return normalised.withInputFactor(InputScale.factorOf(state));
    }

    private SaeLearner<?> learner(VariantSpec spec, int width, NDManager parent) {
        return learner(parent.newSubManager(), type().cast(spec.dictionary()), spec.training(), width);
    }
}
