package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.kernel.Schedule;
import dev.sluice.trainer.kernel.Sums;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ReLU SAE: f = ReLU((x - b_dec) W_encᵀ + b_enc), or x itself if the input is not centred, x̂ = f W_dec + b_dec, loss
 * ⟨‖x̂ - x‖²⟩ + λ ⟨Σ_j f_j n_j⟩ with n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 or the penalty is not to weigh by
 * it (dictionary-maths 2.1).
 */
public final class StandardSae implements DenseSae<StandardSae.Dense> {
    private final DictionarySpec.Standard spec;
    private final DenseCoder coder;

    public StandardSae(NDManager manager, Parameters parameters, DictionarySpec.Standard spec) {
        this.spec = spec;
        boolean weighted =
                spec.decoderNorm().equals(SaeRules.FREE) && spec.penaltyWeight().equals(SaeRules.BY_DECODER_NORM);
        this.coder = new DenseCoder(manager, parameters, weighted, "standard.ts");
    }

    /**
     * @param f [rows, n], shared by all calls
     * @param input of the encoder, [rows, d]
     * @param peaks largest value of each latent, [n]
     * @param active codes that are not 0, int64 []
     */
    public record Dense(NDArray f, NDArray reconstructed, NDArray input, NDArray peaks, NDArray active)
            implements CountedActivations {
        @Override
        public Codes codes(int rows) {
            return new DenseCodes(f, rows);
        }

        @Override
        public BitSet fired() {
            return DenseCodes.fired(peaks);
        }

        @Override
        public double codesPerRow() {
            return DenseCodes.perRow(active, f);
        }
    }

    @Override
    public Parameters parameters() {
        return coder.parameters();
    }

    @Override
    public Dense activate(NDArray x) {
        NDArray input = input(x);
        NDArray f = coder.buffers().codes((int) x.getShape().get(0));
        NDList made = coder.program()
                .call(
                        "activate",
                        input,
                        coder.encoder(),
                        coder.encoderBias(),
                        coder.decoder(),
                        f,
                        coder.buffers().blockRows());
        return new Dense(f, made.get(0).add(coder.decoderBias()), input, made.get(1), made.get(2));
    }

    /** What the encoder sees of x. */
    NDArray input(NDArray x) {
        return spec.centreInput() ? x.sub(coder.decoderBias()) : x;
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / progress.rows());
        NDArray norms = coder.norms();
        NDArray activity = coder.rows().columnSums(dense.f());
        double share = coefficient(progress) / progress.rows();
        DenseBuffers buffers = coder.buffers();
        NDArray encoderGradient = buffers.gradient();
        NDArray decoderGradient = buffers.gradient();
        NDList throughCodes = coder.program()
                .call(
                        "gradients",
                        dense.input(),
                        upstream,
                        coder.encoder(),
                        coder.decoder(),
                        dense.f(),
                        norms.mul(share),
                        buffers.block(),
                        encoderGradient,
                        decoderGradient);
        coder.addNormGradient(decoderGradient, activity.mul(share), norms);
        return new Gradients(
                List.of(
                        encoderGradient,
                        throughCodes.get(0),
                        decoderGradient,
                        biasGradient(upstream, throughCodes.get(1))),
                losses(error, share * Sums.ofProducts(activity, norms), progress.rows()));
    }

    /**
     * The gradient of b_dec.
     *
     * @param throughInput that of x through the codes, [d]
     */
    NDArray biasGradient(NDArray upstream, NDArray throughInput) {
        NDArray direct = coder.rows().columnSums(upstream);
        return spec.centreInput() ? direct.sub(throughInput) : direct;
    }

    /** λ. */
    double coefficient(Progress progress) {
        return spec.l1Coefficient()
                * Schedule.rise(progress.tokens(), progress.rows(), spec.l1WarmUp(), progress.horizon());
    }

    Map<String, Double> losses(NDArray error, double l1, int count) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", coder.meanSquare(error, count));
        losses.put("l1", l1);
        return Gradients.withTotal(losses);
    }

    DenseCoder coder() {
        return coder;
    }

    @Override
    public void close() {
        coder.close();
    }
}
