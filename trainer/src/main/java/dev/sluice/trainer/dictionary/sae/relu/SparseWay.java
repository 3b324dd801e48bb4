package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import org.jspecify.annotations.Nullable;

/**
 * A way to what an SAE is by the few codes that its gradients need, instead of by all of them: one product by blocks,
 * then work in proportion to the codes. The same functions as the dense way's, but for rounding.
 */
public abstract class SparseWay implements AutoCloseable {
    private final DenseCoder coder;
    private final ListingCoder listing;

    /** @param coder of the dense way; stays the caller's */
    SparseWay(NDManager manager, DenseCoder coder) {
        this.coder = coder;
        this.listing = new ListingCoder(manager, coder);
    }

    final DenseCoder coder() {
        return coder;
    }

    final ListingCoder listing() {
        return listing;
    }

    /**
     * The forward pass; null if there are too many codes.
     *
     * @param most codes per row that a block of rows may have
     */
    @Nullable
    abstract Listed activate(NDArray x, int most);

    /** As {@link Sae#gradients}. */
    abstract Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress);

    @Override
    public void close() {
        listing.close();
    }
}
