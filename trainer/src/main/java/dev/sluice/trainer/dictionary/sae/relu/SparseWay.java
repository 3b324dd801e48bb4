package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.sae.Sae;
import org.jspecify.annotations.Nullable;

/**
 * A way to what an SAE is by the few codes that its gradients need, instead of by all of them: one product by blocks,
 * then work in proportion to the codes. The same functions as the dense way's, but for rounding.
 */
public interface SparseWay extends AutoCloseable {
    /**
     * The forward pass; null if there are too many codes.
     *
     * @param most codes per row that a block of rows may have
     */
    @Nullable
    Listed activate(NDArray x, int most);

    /** As {@link Sae#gradients}. */
    Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress);

    @Override
    void close();
}
