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
 * JumpReLU SAE: p = (x - b_dec) W_encᵀ + b_enc, f = p · 1[p &gt; θ], x̂ = f W_dec + b_dec. The loss is ⟨‖x̂ - x‖²⟩ plus one
 * of λ⟨L0⟩, λ⟨Σ_j tanh(s f_j n_j)⟩ and λ(⟨L0⟩/L0* - 1)², and, if wanted, c⟨Σ_dead ReLU(θ - p) n_j⟩, where n_j = ‖w_j‖, or
 * 1 if the decoder is kept at norm 1 (dictionary-maths 2.4). θ learns by the rectangle kernel of width ε:
 * ∂f/∂θ = -(θ/ε) K((p - θ)/ε), ∂1[p &gt; θ]/∂θ = -(1/ε) K((p - θ)/ε).
 *
 * <p>The parameter is θ itself, kept from falling below 0, as in SAELens from 6.48 on: with log θ, which SAELens 6.18
 * has, Adam moves θ by a share of itself only, and L0 freezes. The target counts what fires by p, not by f as in
 * dictionary_learning, where the window would miss what lies just below θ.
 *
 * @see <a href="https://arxiv.org/abs/2407.14435">Rajamanoharan et al. 2024</a>
 */
final class JumpReluSae implements Sae<JumpReluSae.Dense> {
    static final String L0 = "l0";
    static final String TANH = "tanh";
    static final String TARGET = "target-l0";

    static final String THRESHOLD = "threshold";
    static final String LOG_THRESHOLD = "log-threshold";

    private static final double LEAST_NORM = 1e-8;

    private final DictionarySpec.JumpRelu spec;
    private final Parameters parameters;
    private final boolean logarithmic;
    private final TorchProgram program;
    private final Rows rows;
    private final DenseBuffers buffers;

    /** @param logarithmic whether the parameter is log θ, as in SAELens 6.18 */
    JumpReluSae(NDManager manager, Parameters parameters, DictionarySpec.JumpRelu spec, boolean logarithmic) {
        this.spec = spec;
        this.parameters = parameters;
        this.logarithmic = logarithmic;
        this.program = TorchProgram.load(manager, JumpReluSae.class, "jumprelu.ts");
        this.rows = new Rows(manager);
        this.buffers = new DenseBuffers(manager, spec.latents(), (int)
                parameters.get(Parameters.DECODER).getShape().get(1));
    }

    /**
     * @param p [rows, n], shared by all calls
     * @param theta [n]
     * @param centred input of the encoder, [rows, d]
     * @param counts rows on which each latent is active, int64 [n]
     */
    record Dense(NDArray p, NDArray theta, NDArray reconstructed, NDArray centred, NDArray counts)
            implements Activations {
        @Override
        public Codes codes(int rows) {
            float[] thresholds = theta.toFloatArray();
            return new DenseCodes(p, rows, (latent, value) -> value > thresholds[latent] ? value : 0);
        }

        @Override
        public BitSet fired() {
            return DenseCodes.fired(counts);
        }

        /** Σ L0 over all rows. */
        double active() {
            double sum = 0;
            for (long count : counts.toLongArray()) {
                sum += count;
            }
            return sum;
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
        NDArray theta = theta();
        NDArray p = buffers.codes((int) x.getShape().get(0));
        NDList made = program.call(
                "activate",
                centred,
                parameters.get(Parameters.ENCODER),
                parameters.get(Parameters.ENCODER_BIAS),
                decoder(),
                theta,
                p,
                buffers.block());
        return new Dense(p, theta, made.get(0).add(bias), centred, made.get(1));
    }

    private NDArray theta() {
        return logarithmic ? program.callForOne("exp", parameters.get(LOG_THRESHOLD)) : parameters.get(THRESHOLD);
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        int count = progress.rows();
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / count);
        double l0 = dense.active() / count;
        double coefficient =
                spec.l0Coefficient() * Schedule.rise(progress.tokens(), count, spec.l0WarmUp(), progress.horizon());
        NDArray norms = norms();
        NDList g = program.call(
                "gradients",
                dense.centred(),
                upstream,
                parameters.get(Parameters.ENCODER),
                decoder(),
                dense.p(),
                dense.theta(),
                norms,
                mask(progress.dead(), x.getManager()),
                spec.bandwidth(),
                step(l0, coefficient) / count,
                isTanh() ? coefficient / count : 0.0,
                spec.tanhScale(),
                spec.preActCoefficient() / count,
                buffers.block(),
                buffers.encoderGradient(),
                buffers.decoderGradient());
        if (!isUnit()) {
            rows.addAlong(buffers.decoderGradient(), decoder(), g.get(2), norms);
        }
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", Sums.of(rows.squaredNorms(error)) / count);
        losses.put("sparsity", sparsity(l0, coefficient, Sums.of(g.get(4)) / count));
        losses.put("pre-act", spec.preActCoefficient() * Sums.of(g.get(5)) / count);
        return new Gradients(
                List.of(
                        buffers.encoderGradient(),
                        g.get(0),
                        buffers.decoderGradient(),
                        rows.columnSums(upstream).sub(g.get(3)),
                        logarithmic ? g.get(1).mul(dense.theta()) : g.get(1)),
                Gradients.withTotal(losses));
    }

    /** The derivative of the loss by ⟨L0⟩. */
    private double step(double l0, double coefficient) {
        if (isTanh()) {
            return 0;
        }
        return isTarget() ? 2 * coefficient * (l0 / spec.l0Target() - 1) / spec.l0Target() : coefficient;
    }

    private double sparsity(double l0, double coefficient, double tanh) {
        if (isTanh()) {
            return coefficient * tanh;
        }
        double excess = l0 / spec.l0Target() - 1;
        return coefficient * (isTarget() ? excess * excess : l0);
    }

    private NDArray mask(DeadLatents counters, NDManager manager) {
        float[] mask = new float[spec.latents()];
        if (spec.preActCoefficient() > 0) {
            for (long latent : counters.dead()) {
                mask[(int) latent] = 1;
            }
        }
        return manager.create(mask);
    }

    private NDArray norms() {
        NDArray norms = rows.norms(decoder());
        return isUnit() ? norms.onesLike() : norms.maximum(LEAST_NORM);
    }

    @Override
    public void advance(Dense dense, Progress progress) {
        if (!logarithmic) {
            program.call("keep_positive", parameters.get(THRESHOLD));
        }
    }

    private boolean isTanh() {
        return spec.sparsityLoss().equals(TANH);
    }

    private boolean isTarget() {
        return spec.sparsityLoss().equals(TARGET);
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
