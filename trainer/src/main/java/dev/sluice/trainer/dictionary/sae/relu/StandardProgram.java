package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;

/** Calls {@code standard.ts}: f = ReLU(input W_encᵀ + b_enc) with a penalty that is linear in f. */
final class StandardProgram implements AutoCloseable {
    private final TorchProgram program;
    private final DenseCoder coder;

    /** @param coder stays the caller's */
    StandardProgram(NDManager manager, DenseCoder coder) {
        this.program = TorchProgram.load(manager, StandardProgram.class, "standard.ts");
        this.coder = coder;
    }

    /** @param input of the encoder, [rows, d] */
    DenseActivations.Pass activate(NDArray input) {
        NDArray f = coder.buffers().codes((int) input.getShape().get(0));
        NDList made = program.call(
                "activate",
                input,
                coder.encoderWeights(),
                coder.encoderBias(),
                coder.decoder(),
                f,
                coder.buffers().blockRows());
        return new DenseActivations.Pass(f, made.get(0).add(coder.decoderBias()), input, made.get(1), made.get(2));
    }

    /**
     * Gradients of upstream·x̂ + Σ f · penalty.
     *
     * @param upstream [rows, d]
     * @param penalty [n]
     */
    CoderGradients gradients(DenseActivations.Pass pass, NDArray upstream, NDArray penalty) {
        NDArray encoder = coder.buffers().gradient();
        NDArray decoder = coder.buffers().gradient();
        NDList made = program.call(
                "gradients",
                pass.input(),
                upstream,
                coder.encoderWeights(),
                coder.decoder(),
                pass.values(),
                penalty,
                coder.buffers().block(),
                encoder,
                decoder);
        return new CoderGradients(encoder, made.get(0), decoder, made.get(1));
    }

    /**
     * The gradient by the pre-activations of listed codes, [m].
     *
     * @param byCode that by f without the penalty, [m]
     * @param penalty [n]
     */
    NDArray byPreActivations(NDArray byCode, RaggedCodes codes, NDArray penalty) {
        return program.callForOne("by_pre_activations", byCode, codes.values(), codes.latents(), penalty);
    }

    @Override
    public void close() {
        program.close();
    }
}
