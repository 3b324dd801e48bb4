package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeRules;
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
public final class JumpReluSae implements DenseSae<JumpReluSae.Dense> {
    public static final String L0 = "l0";
    public static final String TANH = "tanh";
    static final String TARGET = "target-l0";

    public static final String THRESHOLD = "threshold";
    public static final String LOG_THRESHOLD = "log-threshold";

    private final DictionarySpec.JumpRelu spec;
    private final boolean logarithmic;
    private final DenseCoder coder;

    /** @param logarithmic whether the parameter is log θ, as in SAELens 6.18 */
    public JumpReluSae(NDManager manager, Parameters parameters, DictionarySpec.JumpRelu spec, boolean logarithmic) {
        this.spec = spec;
        this.logarithmic = logarithmic;
        this.coder = new DenseCoder(manager, parameters, spec.decoderNorm().equals(SaeRules.FREE), "jumprelu.ts");
    }

    /**
     * @param p [rows, n], shared by all calls
     * @param theta [n]
     * @param centred input of the encoder, [rows, d]
     * @param peaks largest value of each latent, [n]
     * @param active codes above their thresholds, int64 []
     * @param held codes that are active or in the kernel's window, int64 []
     */
    public record Dense(
            NDArray p,
            NDArray theta,
            NDArray reconstructed,
            NDArray centred,
            NDArray peaks,
            NDArray active,
            NDArray held)
            implements CountedActivations {
        @Override
        public Codes codes(int rows) {
            float[] thresholds = theta.toFloatArray();
            return new DenseCodes(p, rows, (latent, value) -> value > thresholds[latent] ? value : 0);
        }

        @Override
        public BitSet fired() {
            return DenseCodes.fired(peaks);
        }

        @Override
        public double codesPerRow() {
            return DenseCodes.perRow(held, p);
        }
    }

    @Override
    public Parameters parameters() {
        return coder.parameters();
    }

    @Override
    public Dense activate(NDArray x) {
        NDArray centred = x.sub(coder.decoderBias());
        NDArray theta = theta();
        NDArray p = coder.buffers().codes((int) x.getShape().get(0));
        NDList made = coder.program()
                .call(
                        "activate",
                        centred,
                        coder.encoder(),
                        coder.encoderBias(),
                        coder.decoder(),
                        theta,
                        lowest(theta),
                        p,
                        coder.buffers().block());
        return new Dense(
                p, theta, made.get(0).add(coder.decoderBias()), centred, made.get(1), made.get(2), made.get(3));
    }

    NDArray theta() {
        return logarithmic
                ? coder.program().callForOne("exp", parameters().get(LOG_THRESHOLD))
                : parameters().get(THRESHOLD);
    }

    /** Where the kernel's window begins: what is not above it has no gradient. */
    NDArray lowest(NDArray theta) {
        return theta.sub(spec.bandwidth() / 2);
    }

    /** θ of a saved state. */
    static float[] thresholds(StateSource state) {
        if (state.has(THRESHOLD)) {
            return state.floats(THRESHOLD);
        }
        float[] thresholds = state.floats(LOG_THRESHOLD);
        for (int i = 0; i < thresholds.length; i++) {
            thresholds[i] = (float) StrictMath.exp(thresholds[i]);
        }
        return thresholds;
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        int count = progress.rows();
        NDArray error = dense.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / count);
        Sparsity sparsity = sparsity((double) dense.active().getLong() / count, progress);
        NDArray norms = coder.norms();
        DenseBuffers buffers = coder.buffers();
        NDArray encoderGradient = buffers.gradient();
        NDArray decoderGradient = buffers.gradient();
        NDList g = coder.program()
                .call(
                        "gradients",
                        dense.centred(),
                        upstream,
                        coder.encoder(),
                        coder.decoder(),
                        dense.p(),
                        dense.theta(),
                        norms,
                        mask(progress.dead(), x.getManager()),
                        spec.bandwidth(),
                        sparsity.step() / count,
                        sparsity.byTanh() / count,
                        spec.tanhScale(),
                        spec.preActCoefficient() / count,
                        buffers.block(),
                        encoderGradient,
                        decoderGradient);
        coder.addNormGradient(decoderGradient, g.get(2), norms);
        double shortfall = spec.preActCoefficient() * Sums.of(g.get(5)) / count;
        return new Gradients(
                List.of(
                        encoderGradient,
                        g.get(0),
                        decoderGradient,
                        coder.rows().columnSums(upstream).sub(g.get(3)),
                        thresholdGradient(g.get(1), dense.theta())),
                losses(error, sparsity.loss(Sums.of(g.get(4)) / count), shortfall, count));
    }

    /**
     * The sparsity loss of a batch.
     *
     * @param fixed what of it is known from L0
     * @param step its derivative by ⟨L0⟩
     * @param byTanh its derivative by ⟨Σ_j tanh(s f_j n_j)⟩
     */
    record Sparsity(double fixed, double step, double byTanh) {
        /** @param tanh ⟨Σ_j tanh(s f_j n_j)⟩ */
        double loss(double tanh) {
            return fixed + byTanh * tanh;
        }
    }

    Sparsity sparsity(double l0, Progress progress) {
        double coefficient = spec.l0Coefficient()
                * Schedule.rise(progress.tokens(), progress.rows(), spec.l0WarmUp(), progress.horizon());
        double excess = l0 / spec.l0Target() - 1;
        return switch (spec.sparsityLoss()) {
            case TANH -> new Sparsity(0, 0, coefficient);
            case TARGET -> new Sparsity(coefficient * excess * excess, 2 * coefficient * excess / spec.l0Target(), 0);
            default -> new Sparsity(coefficient * l0, coefficient, 0);
        };
    }

    /** The gradient of the parameter, of that of θ. */
    NDArray thresholdGradient(NDArray byTheta, NDArray theta) {
        return logarithmic ? byTheta.mul(theta) : byTheta;
    }

    Map<String, Double> losses(NDArray error, double sparsity, double shortfall, int count) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("sse", coder.meanSquare(error, count));
        losses.put("sparsity", sparsity);
        losses.put("pre-act", shortfall);
        return Gradients.withTotal(losses);
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

    @Override
    public void advance(Progress progress) {
        if (!logarithmic) {
            coder.program().call("keep_positive", parameters().get(THRESHOLD));
        }
    }

    DictionarySpec.JumpRelu spec() {
        return spec;
    }

    DenseCoder coder() {
        return coder;
    }

    @Override
    public void close() {
        coder.close();
    }
}
