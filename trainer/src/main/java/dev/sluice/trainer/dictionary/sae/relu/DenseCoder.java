package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Sums;

/** What SAEs share that compute all codes of a batch and whose penalty weighs a latent by ‖w_j‖, or by 1. */
final class DenseCoder implements AutoCloseable {
    private static final double LEAST_NORM = 1e-8;

    private final Parameters parameters;
    private final boolean weighted;
    private final TorchProgram program;
    private final Rows rows;
    private final DenseBuffers buffers;

    /**
     * @param weighted whether the penalty weighs latents by the norms of their rows of the decoder
     * @param program a resource of this package
     */
    DenseCoder(NDManager manager, Parameters parameters, boolean weighted, String program) {
        this.parameters = parameters;
        this.weighted = weighted;
        this.program = TorchProgram.load(manager, DenseCoder.class, program);
        this.rows = new Rows(manager);
        this.buffers =
                new DenseBuffers(manager, latents(), (int) decoder().getShape().get(1));
    }

    /** What the penalty weighs latents by, [n]. */
    NDArray norms() {
        NDArray norms = rows.norms(decoder());
        return weighted ? norms.maximum(LEAST_NORM) : norms.onesLike();
    }

    /**
     * Adds to the gradient of the decoder what the penalty has by the norms, if it weighs by them.
     *
     * @param pulls derivatives of the loss by the norms, [n]
     */
    void addNormGradient(NDArray gradient, NDArray pulls, NDArray norms) {
        if (weighted) {
            rows.addAlong(gradient, decoder(), pulls, norms);
        }
    }

    /** ⟨‖x̂ - x‖²⟩ over {@code count} rows. */
    double meanSquare(NDArray error, int count) {
        return Sums.of(rows.squaredNorms(error)) / count;
    }

    Parameters parameters() {
        return parameters;
    }

    TorchProgram program() {
        return program;
    }

    Rows rows() {
        return rows;
    }

    DenseBuffers buffers() {
        return buffers;
    }

    NDArray encoder() {
        return parameters.get(Parameters.ENCODER);
    }

    NDArray encoderBias() {
        return parameters.get(Parameters.ENCODER_BIAS);
    }

    NDArray decoder() {
        return parameters.get(Parameters.DECODER);
    }

    NDArray decoderBias() {
        return parameters.get(Parameters.DECODER_BIAS);
    }

    int latents() {
        return (int) decoder().getShape().get(0);
    }

    @Override
    public void close() {
        rows.close();
        program.close();
    }
}
