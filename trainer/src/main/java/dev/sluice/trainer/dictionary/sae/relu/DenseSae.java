package dev.sluice.trainer.dictionary.sae.relu;

import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.Sae;

/**
 * An SAE by all codes of a batch.
 *
 * @param <A> what the forward pass leaves for the gradients
 */
public interface DenseSae<A extends CountedActivations> extends Sae<A> {
    /** {@link Sae#advance}, whichever way the batch was computed. */
    default void advance(Progress progress) {}

    @Override
    default void advance(A activations, Progress progress) {
        advance(progress);
    }
}
