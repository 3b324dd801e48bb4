package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;

/** Calls {@code powers.ts}: penalties by Σ_j (f_j n_j)^p of each row. */
final class PowerProgram implements AutoCloseable {
    /** Codes below it count as it where a derivative has no bound. */
    private static final double LEAST_CODE = 1e-6;

    private final TorchProgram program;
    private final DenseCoder coder;

    /** @param coder stays the caller's */
    PowerProgram(NDManager manager, DenseCoder coder) {
        this.program = TorchProgram.load(manager, PowerProgram.class, "powers.ts");
        this.coder = coder;
    }

    /**
     * The penalty of a batch.
     *
     * @param weights of the rows, [rows]
     * @param norms n_j, [n]
     */
    record Powers(NDArray weights, NDArray norms, double p) {}

    /** Σ_j (f_j n_j)^p over the active latents of each row, [rows]. */
    NDArray powers(DenseActivations.Pass pass, NDArray norms, double p) {
        return program.callForOne(
                "powers", pass.values(), norms, p, coder.buffers().blockRows());
    }

    /** (f_j n_j)^p of each listed code, [m]; 0 where f is 0. */
    NDArray powers(RaggedCodes codes, NDArray norms, double p) {
        return program.callForOne("listed_powers", codes.values(), codes.latents(), norms, p);
    }

    /** @param norms what the penalty has by n_j, [n] */
    record Backward(CoderGradients weights, NDArray norms) {}

    /** Gradients of upstream·x̂ + Σ_i weights_i Σ_j (f_ij n_j)^p / p. */
    Backward gradients(DenseActivations.Pass pass, NDArray upstream, Powers penalty) {
        NDArray encoder = coder.buffers().gradient();
        NDArray decoder = coder.buffers().gradient();
        NDList made = program.call(
                "gradients",
                pass.input(),
                upstream,
                coder.encoderWeights(),
                coder.decoder(),
                pass.values(),
                penalty.norms(),
                penalty.weights(),
                penalty.p(),
                LEAST_CODE,
                coder.buffers().block(),
                encoder,
                decoder);
        return new Backward(new CoderGradients(encoder, made.get(0), decoder, made.get(1)), made.get(2));
    }

    /** Gradients by the pre-activation, and by n_j, of each listed code, [m]. */
    record ByCode(NDArray preActivation, NDArray norm) {}

    /** @param byCode the gradient by f without the penalty, [m] */
    ByCode byPreActivations(NDArray byCode, RaggedCodes codes, Powers penalty) {
        NDList made = program.call(
                "by_pre_activations",
                byCode,
                codes.values(),
                codes.rows(),
                codes.latents(),
                penalty.norms(),
                penalty.weights(),
                penalty.p(),
                LEAST_CODE);
        return new ByCode(made.get(0), made.get(1));
    }

    @Override
    public void close() {
        program.close();
    }
}
