package dev.sluice.trainer.dictionary.sae.relu;

import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;

/**
 * An SAE by all codes of a batch.
 *
 * @param <A> what the forward pass leaves for the gradients
 */
public abstract class DenseSae<A extends CountedActivations> implements Sae<A> {
    private final DenseCoder coder;

    /** @param coder closed with this */
    DenseSae(DenseCoder coder) {
        this.coder = coder;
    }

    final DenseCoder coder() {
        return coder;
    }

    @Override
    public final Parameters parameters() {
        return coder.parameters();
    }

    /** {@link Sae#advance}, whichever way the batch was computed. */
    void advance(Progress progress) {}

    @Override
    public final void advance(A activations, Progress progress) {
        advance(progress);
    }

    @Override
    public void close() {
        coder.close();
    }
}
