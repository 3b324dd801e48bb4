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
 * Gated SAE: with u = (x - b_dec) W_encᵀ, the gate π = u + b_gate and the magnitude m = u · e^r + b_mag, f = ReLU(m) where
 * π &gt; 0, x̂ = f W_dec + b_dec. The loss is ⟨‖x̂ - x‖²⟩ + λ⟨Σ_j ReLU(π_j) n_j⟩ + ⟨‖ReLU(π) W_dec + b_dec - x‖²⟩, with
 * n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 (dictionary-maths 2.5).
 *
 * <p>W_dec and b_dec are constants in the last term, as in the paper and dictionary_learning; SAELens 6.18 lets them
 * learn from it.
 *
 * @see <a href="https://arxiv.org/abs/2404.16014">Rajamanoharan et al. 2024, Gated SAEs</a>
 */
final class GatedSae implements Sae<GatedSae.Dense> {
    static final String GATE_BIAS = "gate-bias";
    static final String MAGNITUDE_BIAS = "magnitude-bias";

    /** r, so that magnitudes have the gate's weights times e^r. */
    static final String LOG_SCALE = "log-scale";

    private static final double LEAST_NORM = 1e-8;

    private final DictionarySpec.Gated spec;
    private final Parameters parameters;
    private final boolean attached;
    private final TorchProgram program;
    private final Rows rows;
    private final DenseBuffers buffers;

    /** @param attached whether the decoder learns from the auxiliary loss, as in SAELens 6.18 */
    GatedSae(NDManager manager, Parameters parameters, DictionarySpec.Gated spec, boolean attached) {
        this.spec = spec;
        this.parameters = parameters;
        this.attached = attached;
        this.program = TorchProgram.load(manager, GatedSae.class, "gated.ts");
        this.rows = new Rows(manager);
        this.buffers = new DenseBuffers(manager, spec.latents(), (int)
                parameters.get(Parameters.DECODER).getShape().get(1));
    }

    /**
     * @param u [rows, n], shared by all calls
     * @param gateBias [n]
     * @param magnitudeBias [n]
     * @param scale e^r, [n]
     * @param centred input of the encoder, [rows, d]
     * @param counts rows on which each latent is active, int64 [n]
     */
    record Dense(
            NDArray u,
            NDArray gateBias,
            NDArray magnitudeBias,
            NDArray scale,
            NDArray reconstructed,
            NDArray centred,
            NDArray counts)
            implements Activations {
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
            return DenseCodes.fired(counts);
        }
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Dense activate(NDArray x) {
        NDArray bias = parameters.get(Parameters.DECODER_BIAS);
        NDArray centred = x.sub(bias);
        NDArray scale = program.callForOne("exp", parameters.get(LOG_SCALE));
        NDArray u = buffers.codes((int) x.getShape().get(0));
        NDArray gateBias = parameters.get(GATE_BIAS);
        NDArray magnitudeBias = parameters.get(MAGNITUDE_BIAS);
        NDList made = program.call(
                "activate",
                centred,
                parameters.get(Parameters.ENCODER),
                gateBias,
                magnitudeBias,
                scale,
                decoder(),
                u,
                buffers.block());
        return new Dense(u, gateBias, magnitudeBias, scale, made.get(0).add(bias), centred, made.get(1));
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        int count = progress.rows();
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / count);
        double coefficient =
                spec.l1Coefficient() * Schedule.rise(progress.tokens(), count, spec.l1WarmUp(), progress.horizon());
        NDArray norms = norms();
        NDList g = program.call(
                "gradients",
                dense.centred(),
                x,
                upstream,
                parameters.get(Parameters.ENCODER),
                dense.gateBias(),
                dense.magnitudeBias(),
                dense.scale(),
                decoder(),
                parameters.get(Parameters.DECODER_BIAS),
                dense.u(),
                norms.mul(coefficient / count),
                2.0 / count,
                attached,
                buffers.block(),
                buffers.encoderGradient(),
                buffers.decoderGradient());
        if (!isUnit()) {
            NDArray weights = g.get(4).mul(coefficient / count);
            rows.addAlong(buffers.decoderGradient(), decoder(), weights, norms);
        }
        NDArray missed = g.get(5);
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", Sums.of(rows.squaredNorms(error)) / count);
        losses.put("l1", coefficient * Sums.ofProducts(g.get(4), norms) / count);
        losses.put("aux", Sums.of(rows.squaredNorms(missed)) / count);
        NDArray bias = rows.columnSums(attached ? upstream.add(missed.mul(2.0 / count)) : upstream);
        return new Gradients(
                List.of(
                        buffers.encoderGradient(),
                        g.get(0),
                        g.get(1),
                        g.get(2),
                        buffers.decoderGradient(),
                        bias.sub(g.get(3))),
                Gradients.withTotal(losses));
    }

    /** What the penalty weighs latents by. */
    private NDArray norms() {
        NDArray norms = rows.norms(decoder());
        return isUnit() ? norms.onesLike() : norms.maximum(LEAST_NORM);
    }

    private boolean isUnit() {
        return spec.decoderNorm().equals(SaeRules.UNIT);
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
