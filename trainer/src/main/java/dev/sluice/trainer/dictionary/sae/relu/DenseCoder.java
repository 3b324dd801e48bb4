package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Coder;
import dev.sluice.trainer.dictionary.sae.Parameters;

/** The coder of SAEs that compute all codes of a batch, and whose penalty weighs a latent by ‖w_j‖, or by 1. */
final class DenseCoder extends Coder {
    private final boolean weighted;
    private final DenseBuffers buffers;

    /** @param weighted whether the penalty weighs latents by the norms of their rows of the decoder */
    DenseCoder(NDManager manager, Parameters parameters, boolean weighted) {
        super(manager, parameters);
        this.weighted = weighted;
        this.buffers = new DenseBuffers(manager, latents(), width());
    }

    DenseBuffers buffers() {
        return buffers;
    }

    /** What the penalty weighs latents by, [n]. */
    NDArray norms() {
        NDArray norms = decoderNorms();
        return weighted ? norms : norms.onesLike();
    }

    /**
     * Adds to the gradient of the decoder what the penalty has by the norms, if it weighs by them.
     *
     * @param pulls derivatives of the loss by the norms, [n]
     */
    void addNormGradient(NDArray gradient, NDArray pulls, NDArray norms) {
        if (weighted) {
            rows().addAlong(gradient, decoder(), pulls, norms);
        }
    }
}
