package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.model.Continuation;
import dev.sluice.producer.model.HookPoint;
import dev.sluice.producer.model.LanguageModel;
import dev.sluice.producer.model.Predictions;
import org.jspecify.annotations.Nullable;

/** A language model from one hook point on. On the compute thread. */
final class HookedModel {
    private final LanguageModel model;
    private final HookPoint hook;
    private final NDManager memory;

    /**
     * @param hook its TransformerLens name
     * @param memory where {@link #beside} is kept
     */
    HookedModel(LanguageModel model, String hook, NDManager memory) {
        this.model = model;
        this.hook = model.hookPoint(hook);
        this.memory = memory;
    }

    /** The residual stream that the activations are added to; null where they are the stream. */
    @Nullable
    NDArray beside(int[][] tokens) {
        return hook.site().isAdded() ? model.beside(memory, hook, tokens) : null;
    }

    /**
     * What the model predicts with these activations; the caller closes it.
     *
     * @param activations [windows, longest, width]
     * @param beside what {@link #beside} gives for the tokens
     */
    Predictions predict(NDArray activations, @Nullable NDArray beside, int[][] tokens) {
        try (Continuation run = beside == null
                ? model.continueFrom(hook, activations, tokens)
                : model.continueFrom(hook, activations, beside, tokens)) {
            return run.predict();
        }
    }
}
