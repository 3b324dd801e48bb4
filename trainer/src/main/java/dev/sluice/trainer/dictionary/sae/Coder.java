package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.kernel.Rows;

/** The encoder and the decoder of an SAE, and what all families compute with them. */
public abstract class Coder implements AutoCloseable {
    private final Parameters parameters;
    private final Rows rows;

    protected Coder(NDManager manager, Parameters parameters) {
        this.parameters = parameters;
        this.rows = new Rows(manager);
    }

    public final Parameters parameters() {
        return parameters;
    }

    public final Rows rows() {
        return rows;
    }

    /** W_enc, [n, d]. */
    public final NDArray encoderWeights() {
        return parameters.get(Parameters.ENCODER);
    }

    /** b_enc, [n]. */
    public final NDArray encoderBias() {
        return parameters.get(Parameters.ENCODER_BIAS);
    }

    /** W_dec, [n, d]. */
    public final NDArray decoder() {
        return parameters.get(Parameters.DECODER);
    }

    /** b_dec, [d]. */
    public final NDArray decoderBias() {
        return parameters.get(Parameters.DECODER_BIAS);
    }

    /** n. */
    public final int latents() {
        return (int) decoder().getShape().get(0);
    }

    /** d. */
    public final int width() {
        return (int) decoder().getShape().get(1);
    }

    /** x - b_dec. */
    public final NDArray centred(NDArray x) {
        return x.sub(decoderBias());
    }

    /** ‖w_j‖, at least {@link Rows#LEAST_NORM}, [n]. */
    protected final NDArray decoderNorms() {
        return rows.norms(decoder()).maximum(Rows.LEAST_NORM);
    }

    @Override
    public void close() {
        rows.close();
    }
}
