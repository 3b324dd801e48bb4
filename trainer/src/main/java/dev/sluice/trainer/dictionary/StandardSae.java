package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Schedule;
import dev.sluice.trainer.kernel.Sums;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ReLU SAE: f = ReLU((x - b_dec) W_encᵀ + b_enc), or x itself if the input is not centred, x̂ = f W_dec + b_dec, loss
 * ⟨‖x̂ - x‖²⟩ + λ ⟨Σ_j f_j n_j⟩ with n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 or the penalty is not to weigh by
 * it (dictionary-maths 2.1). Dense: at the start half the latents fire.
 */
final class StandardSae implements Sae<StandardSae.Dense> {
    private static final double LEAST_NORM = 1e-8;

    private final DictionarySpec.Standard spec;
    private final Parameters parameters;
    private final TorchProgram program;
    private final Rows rows;
    private final DenseBuffers buffers;

    StandardSae(NDManager manager, Parameters parameters, DictionarySpec.Standard spec) {
        this.spec = spec;
        this.parameters = parameters;
        this.program = TorchProgram.load(manager, StandardSae.class, "standard.ts");
        this.rows = new Rows(manager);
        this.buffers = new DenseBuffers(manager, spec.latents(), (int)
                parameters.get(Parameters.DECODER).getShape().get(1));
    }

    /**
     * @param f [rows, n], shared by all calls
     * @param input of the encoder, [rows, d]
     * @param peaks largest value of each latent, [n]
     */
    record Dense(NDArray f, NDArray reconstructed, NDArray input, NDArray peaks) implements Activations {
        @Override
        public Codes codes(int rows) {
            return new DenseCodes(f, rows);
        }

        @Override
        public BitSet fired() {
            BitSet fired = new BitSet();
            float[] largest = peaks.toFloatArray();
            for (int latent = 0; latent < largest.length; latent++) {
                fired.set(latent, largest[latent] > 0);
            }
            return fired;
        }
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Dense activate(NDArray x) {
        NDArray bias = parameters.get(Parameters.DECODER_BIAS);
        NDArray input = spec.centreInput() ? x.sub(bias) : x;
        NDArray f = buffers.codes((int) x.getShape().get(0));
        NDArray decoded = program.callForOne(
                "activate",
                input,
                parameters.get(Parameters.ENCODER),
                parameters.get(Parameters.ENCODER_BIAS),
                decoder(),
                f,
                buffers.block().getShape().get(0));
        return new Dense(f, decoded.add(bias), input, program.callForOne("peaks", f));
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / progress.rows());
        NDArray norms = norms();
        NDArray activity = rows.columnSums(dense.f());
        double coefficient = coefficient(progress);
        NDList throughCodes = program.call(
                "gradients",
                dense.input(),
                upstream,
                parameters.get(Parameters.ENCODER),
                decoder(),
                dense.f(),
                norms.mul(coefficient / progress.rows()),
                buffers.block(),
                buffers.encoderGradient(),
                buffers.decoderGradient());
        if (isWeighted()) {
            addNormGradient(activity.mul(coefficient / progress.rows()), norms);
        }
        NDArray bias = rows.columnSums(upstream);
        return new Gradients(
                List.of(
                        buffers.encoderGradient(),
                        throughCodes.get(0),
                        buffers.decoderGradient(),
                        spec.centreInput() ? bias.sub(throughCodes.get(1)) : bias),
                losses(
                        Sums.of(rows.squaredNorms(error)) / progress.rows(),
                        coefficient * Sums.ofProducts(activity, norms) / progress.rows()));
    }

    private double coefficient(Progress progress) {
        return spec.l1Coefficient()
                * Schedule.rise(progress.tokens(), progress.rows(), spec.l1WarmUp(), progress.horizon());
    }

    /** What the penalty weighs latents by. */
    NDArray norms() {
        NDArray norms = rows.norms(decoder());
        return isWeighted() ? norms.maximum(LEAST_NORM) : norms.onesLike();
    }

    /** Adds the pull on the norms of the decoder's rows, [n], to the gradient of the decoder. */
    void addNormGradient(NDArray pull, NDArray norms) {
        rows.addAlong(buffers.decoderGradient(), decoder(), pull, norms);
    }

    DenseBuffers buffers() {
        return buffers;
    }

    private static Map<String, Double> losses(double sse, double l1) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("loss", sse + l1);
        losses.put("sse", sse);
        losses.put("l1", l1);
        return losses;
    }

    private boolean isWeighted() {
        return spec.decoderNorm().equals(SaeRules.FREE) && spec.penaltyWeight().equals(SaeRules.BY_DECODER_NORM);
    }

    private NDArray decoder() {
        return parameters.get(Parameters.DECODER);
    }

    @Override
    public void close() {
        rows.close();
        program.close();
    }
}
