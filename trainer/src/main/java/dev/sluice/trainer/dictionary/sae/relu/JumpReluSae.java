package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;
import java.util.Map;

/**
 * JumpReLU SAE: p = (x - b_dec) W_encᵀ + b_enc, f = p · 1[p &gt; θ], x̂ = f W_dec + b_dec. The loss is ⟨‖x̂ - x‖²⟩ plus one
 * of λ⟨L0⟩, λ⟨Σ_j tanh(s f_j n_j)⟩ and λ(⟨L0⟩/L0* - 1)², and, if wanted, c⟨Σ_dead ReLU(θ - p) n_j⟩, where n_j = ‖w_j‖, or
 * 1 if the decoder is kept at norm 1 (MATHEMATICS.md, "JumpReLU"). θ learns by the rectangle kernel of width ε:
 * ∂f/∂θ = -(θ/ε) K((p - θ)/ε), ∂1[p &gt; θ]/∂θ = -(1/ε) K((p - θ)/ε).
 *
 * <p>The parameter is θ itself, kept from falling below 0, as in SAELens from 6.48 on: with log θ, which SAELens 6.18
 * has, Adam moves θ by a share of itself only, and L0 freezes. The target counts what fires by p, not by f as in
 * dictionary_learning, where the window would miss what lies just below θ.
 *
 * @see <a href="https://arxiv.org/abs/2407.14435">Rajamanoharan et al. 2024</a>
 */
public final class JumpReluSae extends DenseSae<JumpReluSae.Dense> {
    public static final String L0 = "l0";
    public static final String TANH = "tanh";
    static final String TARGET = "target-l0";

    public static final String THRESHOLD = "threshold";
    public static final String LOG_THRESHOLD = "log-threshold";

    private final JumpRelu spec;
    private final boolean logarithmic;
    private final JumpReluProgram program;

    /** @param logarithmic whether the parameter is log θ, as in SAELens 6.18 */
    public JumpReluSae(NDManager manager, Parameters parameters, JumpRelu spec, boolean logarithmic) {
        super(new DenseCoder(manager, parameters, spec.decoderNorm().equals(SaeRules.FREE)));
        this.spec = spec;
        this.logarithmic = logarithmic;
        this.program = new JumpReluProgram(manager, coder());
    }

    /**
     * @param pass whose values are p, and whose codes that gradients need are active or in the kernel's window
     * @param theta [n]
     * @param active codes above their thresholds, int64 []
     */
    public record Dense(Pass pass, NDArray theta, NDArray active) implements DenseActivations {
        @Override
        public Codes codes(int rows) {
            float[] thresholds = theta.toFloatArray();
            return new DenseCodes(pass.values(), rows, (latent, value) -> value > thresholds[latent] ? value : 0);
        }
    }

    @Override
    public Dense activate(NDArray x) {
        NDArray theta = theta();
        return program.activate(coder().centred(x), theta, lowest(theta));
    }

    NDArray theta() {
        return logarithmic
                ? program.exp(parameters().get(LOG_THRESHOLD))
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
        SquaredError error = SquaredError.of(dense.reconstructed(), x, count);
        NDArray upstream = error.gradient();
        Sparsity sparsity = sparsity((double) dense.active().getLong() / count, progress);
        NDArray norms = coder().norms();
        JumpReluProgram.Backward made = program.gradients(
                dense,
                upstream,
                norms,
                mask(progress.dead(), x.getManager()),
                penalty(sparsity, spec.preActCoefficient(), count));
        coder().addNormGradient(made.weights().decoder(), made.norms(), norms);
        double shortfall = spec.preActCoefficient() * Sums.of(made.shortfall()) / count;
        return new Gradients(
                byParameter(made.weights(), upstream, made.threshold(), dense.theta()),
                losses(error, sparsity.loss(Sums.of(made.tanh()) / count), shortfall));
    }

    /** @param byShortfall coefficient of the pre-activation loss */
    JumpReluProgram.Penalty penalty(Sparsity sparsity, double byShortfall, int count) {
        return new JumpReluProgram.Penalty(
                spec.bandwidth(),
                sparsity.step() / count,
                sparsity.byTanh() / count,
                spec.tanhScale(),
                byShortfall / count);
    }

    /** @param byTheta gradient of θ, [n] */
    List<NDArray> byParameter(CoderGradients weights, NDArray upstream, NDArray byTheta, NDArray theta) {
        return List.of(
                weights.encoder(),
                weights.encoderBias(),
                weights.decoder(),
                coder().rows().columnSums(upstream).sub(weights.input()),
                logarithmic ? byTheta.mul(theta) : byTheta);
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
        double coefficient = progress.risen(spec.l0Coefficient(), spec.l0WarmUp());
        double excess = l0 / spec.l0Target() - 1;
        return switch (spec.sparsityLoss()) {
            case TANH -> new Sparsity(0, 0, coefficient);
            case TARGET -> new Sparsity(coefficient * excess * excess, 2 * coefficient * excess / spec.l0Target(), 0);
            default -> new Sparsity(coefficient * l0, coefficient, 0);
        };
    }

    Map<String, Double> losses(SquaredError error, double sparsity, double shortfall) {
        return new Losses()
                .with("sse", error.loss(coder().rows()))
                .with("sparsity", sparsity)
                .with("pre-act", shortfall)
                .withTotal();
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
    void advance(Progress progress) {
        if (!logarithmic) {
            program.keepPositive(parameters().get(THRESHOLD));
        }
    }

    JumpReluProgram program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
        super.close();
    }
}
