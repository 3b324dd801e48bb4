package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Schedule;
import java.util.List;
import java.util.Map;

/**
 * The mathematics of one family of sparse autoencoders, in units of the normalised input: a forward pass and gradients
 * by hand. Normalisation, schedule, clipping, Adam and dead latents are the {@link SaeLearner}'s. Results belong to the
 * caller's scope.
 *
 * @param <A> what the forward pass leaves for the gradients
 */
public interface Sae<A extends Activations> extends AutoCloseable {
    Parameters parameters();

    /** How many numbers are learned, by gradients or otherwise. */
    default long learnedNumbers() {
        return parameters().count();
    }

    /**
     * The forward pass. What it reconstructs is by the rule of inference, what it fired by that of training.
     *
     * @param x float32 [rows, d], at least 16 rows
     * @return valid until the next call
     */
    A activate(NDArray x);

    /** The forward pass by the rule of inference alone, with the same bits. */
    default Activations infer(NDArray x) {
        return activate(x);
    }

    /** Gradients of the mean loss over rows, at the parameters and rows of {@code activations}. */
    Gradients gradients(NDArray x, A activations, Progress progress);

    /** What changes beside Adam's parameters, after they have changed. */
    default void advance(A activations, Progress progress) {}

    /** State beside the parameters. */
    default void save(StateSink out) {}

    default void restore(StateSource state) {}

    @Override
    void close();

    /**
     * @param byParameter in the order of {@link Parameters}; may be scaled in place
     * @param losses of {@link Losses}
     */
    record Gradients(List<NDArray> byParameter, Map<String, Double> losses) {}

    /**
     * Where the training is.
     *
     * @param tokens consumed before the rows of this batch that are learned from
     * @param rows of this batch that are learned from
     * @param horizon tokens of the schedules
     * @param dead counters that already know this batch
     */
    record Progress(long tokens, int rows, long horizon, DeadLatents dead) {
        /** A coefficient that rises from 0 over a share of the horizon. */
        public double risen(double coefficient, double share) {
            return coefficient * Schedule.rise(tokens, rows, share, horizon);
        }
    }
}
