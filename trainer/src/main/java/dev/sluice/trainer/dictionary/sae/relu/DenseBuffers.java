package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.TopKSelection;
import org.jspecify.annotations.Nullable;

/**
 * What an SAE that computes all codes of a batch writes them and its gradients into. Only codes, which are read after the
 * step, are kept between steps: variants learn one after another, and memory is quick to have anew.
 */
final class DenseBuffers {
    private final NDManager manager;
    private final int latents;
    private final int width;

    /** Made when the rows of a batch are known. */
    private @Nullable NDArray codes;

    /** @param manager closes them */
    DenseBuffers(NDManager manager, int latents, int width) {
        this.manager = manager;
        this.latents = latents;
        this.width = width;
    }

    /** The first {@code count} rows of the buffer of codes, [count, n], which grows to the largest batch. */
    NDArray codes(int count) {
        if (codes == null || codes.getShape().get(0) < count) {
            if (codes != null) {
                codes.close();
            }
            codes = kept(new Shape(count, latents));
        }
        return codes.getShape().get(0) == count ? codes : codes.get(new NDIndex(":{}", count));
    }

    /** Rows of a block. */
    int blockRows() {
        return TopKSelection.blockRows(latents);
    }

    /** A new block of rows, [block, n], of any content, in the caller's scope. */
    NDArray block() {
        return TopKSelection.buffer(manager, latents);
    }

    /** A new gradient of the encoder or the decoder, [n, d], of any content, in the caller's scope. */
    NDArray gradient() {
        return manager.create(new Shape(latents, width));
    }

    private NDArray kept(Shape shape) {
        try (Scope scope = new Scope()) {
            return scope.keep(manager.create(shape), manager);
        }
    }
}
