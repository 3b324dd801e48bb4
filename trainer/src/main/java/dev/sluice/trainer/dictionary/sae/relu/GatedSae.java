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
 * Gated SAE: with u = (x - b_dec) W_encᵀ, the gate π = u + b_gate and the magnitude m = u · e^r + b_mag, f = ReLU(m) where
 * π &gt; 0, x̂ = f W_dec + b_dec. The loss is ⟨‖x̂ - x‖²⟩ + λ⟨Σ_j ReLU(π_j) n_j⟩ + ⟨‖ReLU(π) W_dec + b_dec - x‖²⟩, with
 * n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 (dictionary-maths 2.5).
 *
 * <p>W_dec and b_dec are constants in the last term, as in the paper and dictionary_learning; SAELens 6.18 lets them
 * learn from it.
 *
 * @see <a href="https://arxiv.org/abs/2404.16014">Rajamanoharan et al. 2024, Gated SAEs</a>
 */
public final class GatedSae implements DenseSae<GatedSae.Dense> {
    public static final String GATE_BIAS = "gate-bias";
    public static final String MAGNITUDE_BIAS = "magnitude-bias";

    /** r, so that magnitudes have the gate's weights times e^r. */
    public static final String LOG_SCALE = "log-scale";

    private final DictionarySpec.Gated spec;
    private final boolean attached;
    private final DenseCoder coder;

    /** @param attached whether the decoder learns from the auxiliary loss, as in SAELens 6.18 */
    public GatedSae(NDManager manager, Parameters parameters, DictionarySpec.Gated spec, boolean attached) {
        this.spec = spec;
        this.attached = attached;
        this.coder = new DenseCoder(manager, parameters, spec.decoderNorm().equals(SaeRules.FREE), "gated.ts");
    }

    /**
     * @param u [rows, n], shared by all calls
     * @param gateBias [n]
     * @param magnitudeBias [n]
     * @param scale e^r, [n]
     * @param centred input of the encoder, [rows, d]
     * @param peaks largest value of each latent, [n]
     * @param open gates that are open, int64 []
     */
    public record Dense(
            NDArray u,
            NDArray gateBias,
            NDArray magnitudeBias,
            NDArray scale,
            NDArray reconstructed,
            NDArray centred,
            NDArray peaks,
            NDArray open)
            implements CountedActivations {
        @Override
        public Codes codes(int rows) {
            float[] gates = gateBias.toFloatArray();
            float[] biases = magnitudeBias.toFloatArray();
            float[] scales = scale.toFloatArray();
            return new DenseCodes(
                    u,
                    rows,
                    (latent, value) ->
                            value + gates[latent] > 0 ? Math.max(0, value * scales[latent] + biases[latent]) : 0);
        }

        @Override
        public BitSet fired() {
            return DenseCodes.fired(peaks);
        }

        @Override
        public double codesPerRow() {
            return DenseCodes.perRow(open, u);
        }
    }

    @Override
    public Parameters parameters() {
        return coder.parameters();
    }

    @Override
    public Dense activate(NDArray x) {
        NDArray centred = x.sub(coder.decoderBias());
        NDArray scale = scale();
        NDArray u = coder.buffers().codes((int) x.getShape().get(0));
        NDList made = coder.program()
                .call(
                        "activate",
                        centred,
                        coder.encoder(),
                        gateBias(),
                        magnitudeBias(),
                        scale,
                        coder.decoder(),
                        u,
                        coder.buffers().block());
        NDArray reconstructed = made.get(0).add(coder.decoderBias());
        return new Dense(u, gateBias(), magnitudeBias(), scale, reconstructed, centred, made.get(1), made.get(2));
    }

    /** e^r, [n]. */
    NDArray scale() {
        return coder.program().callForOne("exp", parameters().get(LOG_SCALE));
    }

    NDArray gateBias() {
        return parameters().get(GATE_BIAS);
    }

    NDArray magnitudeBias() {
        return parameters().get(MAGNITUDE_BIAS);
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        int count = progress.rows();
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / count);
        double share = coefficient(progress) / count;
        NDArray norms = coder.norms();
        DenseBuffers buffers = coder.buffers();
        NDArray encoderGradient = buffers.gradient();
        NDArray decoderGradient = buffers.gradient();
        NDList g = coder.program()
                .call(
                        "gradients",
                        dense.centred(),
                        x,
                        upstream,
                        coder.encoder(),
                        dense.gateBias(),
                        dense.magnitudeBias(),
                        dense.scale(),
                        coder.decoder(),
                        coder.decoderBias(),
                        dense.u(),
                        norms.mul(share),
                        2.0 / count,
                        attached,
                        buffers.block(),
                        encoderGradient,
                        decoderGradient);
        coder.addNormGradient(decoderGradient, g.get(4).mul(share), norms);
        NDArray missed = g.get(5);
        NDArray direct = biasGradient(upstream, missed.mul(2.0 / count));
        return new Gradients(
                List.of(encoderGradient, g.get(0), g.get(1), g.get(2), decoderGradient, direct.sub(g.get(3))),
                losses(error, share * Sums.ofProducts(g.get(4), norms), missed, count));
    }

    /** λ. */
    double coefficient(Progress progress) {
        return spec.l1Coefficient()
                * Schedule.rise(progress.tokens(), progress.rows(), spec.l1WarmUp(), progress.horizon());
    }

    /** The gradient of b_dec by what was decoded; {@code through} is that by what the gates were decoded to. */
    NDArray biasGradient(NDArray upstream, NDArray through) {
        return coder.rows().columnSums(attached ? upstream.add(through) : upstream);
    }

    Map<String, Double> losses(NDArray error, double l1, NDArray missed, int count) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", coder.meanSquare(error, count));
        losses.put("l1", l1);
        losses.put("aux", coder.meanSquare(missed, count));
        return Gradients.withTotal(losses);
    }

    boolean isAttached() {
        return attached;
    }

    DenseCoder coder() {
        return coder;
    }

    @Override
    public void close() {
        coder.close();
    }
}
