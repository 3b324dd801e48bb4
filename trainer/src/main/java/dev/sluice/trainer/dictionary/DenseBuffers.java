package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.TopKSelection;
import org.jspecify.annotations.Nullable;

/** What an SAE that computes all codes of a batch writes them and its gradients into, from step to step. */
final class DenseBuffers {
    private final NDManager manager;
    private final int latents;
    private final NDArray block;
    private final NDArray encoderGradient;
    private final NDArray decoderGradient;

    /** Made when the rows of a batch are known. */
    private @Nullable NDArray codes;

    /** @param manager closes them */
    DenseBuffers(NDManager manager, int latents, int width) {
        this.manager = manager;
        this.latents = latents;
        try (Scope scope = new Scope()) {
            Shape weights = new Shape(latents, width);
            this.block = scope.keep(TopKSelection.buffer(manager, latents), manager);
            this.encoderGradient = scope.keep(manager.zeros(weights), manager);
            this.decoderGradient = scope.keep(manager.zeros(weights), manager);
        }
    }

    /** The first {@code count} rows of the buffer of codes, [count, n], which grows to the largest batch. */
    NDArray codes(int count) {
        if (codes == null || codes.getShape().get(0) < count) {
            if (codes != null) {
                codes.close();
            }
            try (Scope scope = new Scope()) {
                codes = scope.keep(manager.zeros(new Shape(count, latents)), manager);
            }
        }
        return codes.getShape().get(0) == count ? codes : codes.get(new NDIndex(":{}", count));
    }

    /** A block of rows, [block, n]. */
    NDArray block() {
        return block;
    }

    /** [n, d]. */
    NDArray encoderGradient() {
        return encoderGradient;
    }

    /** [n, d]. */
    NDArray decoderGradient() {
        return decoderGradient;
    }
}
