package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;

/** Calls {@code jumprelu.ts}: f = p · 1[p &gt; θ] with p = input W_encᵀ + b_enc. */
final class JumpReluProgram implements AutoCloseable {
    private final TorchProgram program;
    private final DenseCoder coder;

    /** @param coder stays the caller's */
    JumpReluProgram(NDManager manager, DenseCoder coder) {
        this.program = TorchProgram.load(manager, JumpReluProgram.class, "jumprelu.ts");
        this.coder = coder;
    }

    /** e^x. */
    NDArray exp(NDArray x) {
        return program.callForOne("exp", x);
    }

    /** Raises what is below 0 to 0, in place. */
    void keepPositive(NDArray x) {
        program.call("keep_positive", x);
    }

    /**
     * @param lowest values above it count as needed by gradients, [n]
     * @return activations whose values are p
     */
    JumpReluSae.Dense activate(NDArray input, NDArray theta, NDArray lowest) {
        NDArray p = coder.buffers().codes((int) input.getShape().get(0));
        NDList made = program.call(
                "activate",
                input,
                coder.encoderWeights(),
                coder.encoderBias(),
                coder.decoder(),
                theta,
                lowest,
                p,
                coder.buffers().block());
        NDArray reconstructed = made.get(0).add(coder.decoderBias());
        DenseActivations.Pass pass = new DenseActivations.Pass(p, reconstructed, input, made.get(1), made.get(3));
        return new JumpReluSae.Dense(pass, theta, made.get(2));
    }

    /** p and f of listed codes, [m]. */
    record ListedCodes(NDArray preActivations, NDArray f) {}

    /** @param above p - lowest of each code */
    ListedCodes listedCodes(RaggedCodes above, NDArray theta, NDArray lowest) {
        NDList made = program.call("listed_codes", above.values(), above.latents(), theta, lowest);
        return new ListedCodes(made.get(0), made.get(1));
    }

    /**
     * What the loss has beside the squared error.
     *
     * @param bandwidth ε of the rectangle kernel
     * @param step factor of Σ 1[p &gt; θ]
     * @param byTanh factor of Σ tanh(tanhScale f n)
     * @param byShortfall factor of Σ_dead ReLU(θ - p) n
     */
    record Penalty(double bandwidth, double step, double byTanh, double tanhScale, double byShortfall) {}

    /**
     * @param weights of the coder
     * @param threshold gradient of θ, [n]
     * @param norms what the penalty has by n_j, [n]
     * @param tanh Σ over rows of tanh(tanhScale f n), [n]
     * @param shortfall Σ over rows of ReLU(θ - p) n where a latent is dead, [n]
     */
    record Backward(CoderGradients weights, NDArray threshold, NDArray norms, NDArray tanh, NDArray shortfall) {}

    /**
     * @param upstream gradient of the squared error by x̂, [rows, d]
     * @param norms n_j, [n]
     * @param dead 1 for latents that are dead, else 0, [n]
     */
    Backward gradients(JumpReluSae.Dense dense, NDArray upstream, NDArray norms, NDArray dead, Penalty penalty) {
        NDArray encoder = coder.buffers().gradient();
        NDArray decoder = coder.buffers().gradient();
        NDList made = program.call(
                "gradients",
                dense.pass().input(),
                upstream,
                coder.encoderWeights(),
                coder.decoder(),
                dense.pass().values(),
                dense.theta(),
                norms,
                dead,
                penalty.bandwidth(),
                penalty.step(),
                penalty.byTanh(),
                penalty.tanhScale(),
                penalty.byShortfall(),
                coder.buffers().block(),
                encoder,
                decoder);
        CoderGradients weights = new CoderGradients(encoder, made.get(0), decoder, made.get(3));
        return new Backward(weights, made.get(1), made.get(2), made.get(4), made.get(5));
    }

    /** Of each listed code, [m]: gradients by p, θ and n_j, and tanh(tanhScale f n). */
    record ByCode(NDArray preActivation, NDArray threshold, NDArray norm, NDArray tanh) {}

    /** @param byCode the gradient by f of the squared error alone, [m] */
    ByCode byPreActivations(NDArray byCode, Listed listed, NDArray theta, NDArray norms, Penalty penalty) {
        NDList made = program.call(
                "by_pre_activations",
                byCode,
                listed.preActivations(),
                listed.sparse().values(),
                listed.sparse().latents(),
                theta,
                norms,
                penalty.bandwidth(),
                penalty.step(),
                penalty.byTanh(),
                penalty.tanhScale());
        return new ByCode(made.get(0), made.get(1), made.get(2), made.get(3));
    }

    @Override
    public void close() {
        program.close();
    }
}
