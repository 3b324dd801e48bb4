package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.sae.SparseCoder;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.SparseCodes;

/** Calls {@code kmeanslatent.ts}: dense codes f, and centroids q that stand for them. */
final class KMeansLatentProgram implements AutoCloseable {
    private final TorchProgram program;
    private final SparseCoder coder;

    /** @param coder stays the caller's */
    KMeansLatentProgram(NDManager manager, SparseCoder coder) {
        this.program = TorchProgram.load(manager, KMeansLatentProgram.class, "kmeanslatent.ts");
        this.coder = coder;
    }

    /** ReLU of what was selected, 0 elsewhere, [rows, n]. */
    NDArray dense(SparseCodes selected) {
        return program.callForOne("dense", selected.latents(), selected.values(), coder.latents());
    }

    /** The largest value of each latent, [n]. */
    NDArray peaks(NDArray f) {
        return program.callForOne("peaks", f);
    }

    /** q W_dec + b_dec, [rows, d]. */
    NDArray decode(NDArray q) {
        return program.callForOne("decode", q, coder.decoder(), coder.decoderBias());
    }

    /**
     * Gradients of upstream·x̂ + pull/2 ‖f - q‖², where q counts as f in x̂ and as a constant beside f.
     *
     * @param centred input of the encoder, [rows, d]
     */
    CoderGradients gradients(NDArray centred, NDArray upstream, NDArray f, NDArray q, double pull) {
        return CoderGradients.of(
                program.call("gradients", centred, upstream, coder.encoderWeights(), coder.decoder(), f, q, pull));
    }

    @Override
    public void close() {
        program.close();
    }
}
