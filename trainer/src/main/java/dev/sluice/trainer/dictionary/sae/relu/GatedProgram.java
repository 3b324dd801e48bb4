package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;

/** Calls {@code gated.ts}: f = ReLU(u · scale + b_mag) where u + b_gate &gt; 0, with u = input W_encᵀ. */
final class GatedProgram implements AutoCloseable {
    private final TorchProgram program;
    private final DenseCoder coder;

    /** @param coder stays the caller's */
    GatedProgram(NDManager manager, DenseCoder coder) {
        this.program = TorchProgram.load(manager, GatedProgram.class, "gated.ts");
        this.coder = coder;
    }

    /**
     * What makes gates and magnitudes of u, all [n].
     *
     * @param bias b_gate
     * @param magnitudeBias b_mag
     * @param scale e^r
     */
    record Gates(NDArray bias, NDArray magnitudeBias, NDArray scale) {}

    /** e^x. */
    NDArray exp(NDArray x) {
        return program.callForOne("exp", x);
    }

    /** @return activations whose values are u */
    GatedSae.Dense activate(NDArray input, Gates gates) {
        NDArray u = coder.buffers().codes((int) input.getShape().get(0));
        NDList made = program.call(
                "activate",
                input,
                coder.encoderWeights(),
                gates.bias(),
                gates.magnitudeBias(),
                gates.scale(),
                coder.decoder(),
                u,
                coder.buffers().block());
        NDArray reconstructed = made.get(0).add(coder.decoderBias());
        return new GatedSae.Dense(new DenseActivations.Pass(u, reconstructed, input, made.get(1), made.get(2)), gates);
    }

    /** u and f of listed codes, [m]. */
    record ListedCodes(NDArray u, NDArray f) {}

    /** @param pi the codes with π for values */
    ListedCodes listedCodes(RaggedCodes pi, Gates gates) {
        NDList made = program.call(
                "listed_codes", pi.values(), pi.latents(), gates.bias(), gates.magnitudeBias(), gates.scale());
        return new ListedCodes(made.get(0), made.get(1));
    }

    /**
     * @param weights of the coder, whose bias is that of the gates
     * @param magnitudeBias [n]
     * @param logScale gradient of r, [n]
     * @param activity Σ over rows of ReLU(π), [n]
     * @param missed what the gates are decoded to, less x, [rows, d]
     */
    record Backward(
            CoderGradients weights, NDArray magnitudeBias, NDArray logScale, NDArray activity, NDArray missed) {}

    /**
     * What flows back.
     *
     * @param upstream gradient of the squared error by x̂, [rows, d]
     * @param penalty of ReLU(π), [n]
     * @param auxiliary factor of half the squared error of what the gates are decoded to
     * @param attached whether the decoder learns from the latter
     */
    record Flow(NDArray upstream, NDArray penalty, double auxiliary, boolean attached) {}

    /** @param x what is to be reconstructed, [rows, d] */
    Backward gradients(GatedSae.Dense dense, NDArray x, Flow flow) {
        NDArray encoder = coder.buffers().gradient();
        NDArray decoder = coder.buffers().gradient();
        NDList made = program.call(
                "gradients",
                dense.pass().input(),
                x,
                flow.upstream(),
                coder.encoderWeights(),
                dense.gates().bias(),
                dense.gates().magnitudeBias(),
                dense.gates().scale(),
                coder.decoder(),
                coder.decoderBias(),
                dense.pass().values(),
                flow.penalty(),
                flow.auxiliary(),
                flow.attached(),
                coder.buffers().block(),
                encoder,
                decoder);
        CoderGradients weights = new CoderGradients(encoder, made.get(0), decoder, made.get(3));
        return new Backward(weights, made.get(1), made.get(2), made.get(4), made.get(5));
    }

    /** Gradients of listed codes, [m]: by π alone, by m, by r, and by u through both. */
    record ByCode(NDArray gate, NDArray magnitude, NDArray logScale, NDArray u) {}

    /**
     * @param byCode the gradient by f, [m]
     * @param byGate that by ReLU(π) without the penalty, [m]
     * @param penalty [n]
     */
    ByCode byPreActivations(NDArray byCode, NDArray byGate, Listed listed, NDArray penalty, Gates gates) {
        RaggedCodes pi = listed.sparse().with(listed.preActivations());
        NDList made = program.call(
                "by_pre_activations",
                byCode,
                byGate,
                pi.values(),
                listedCodes(pi, gates).u(),
                listed.sparse().values(),
                pi.latents(),
                penalty,
                gates.scale());
        return new ByCode(made.get(0), made.get(1), made.get(2), made.get(3));
    }

    @Override
    public void close() {
        program.close();
    }
}
