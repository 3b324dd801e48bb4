package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;
import java.util.Map;

/**
 * Gated SAE: with u = (x - b_dec) W_encᵀ, the gate π = u + b_gate and the magnitude m = u · e^r + b_mag, f = ReLU(m) where
 * π &gt; 0, x̂ = f W_dec + b_dec. The loss is ⟨‖x̂ - x‖²⟩ + λ⟨Σ_j ReLU(π_j) n_j⟩ + ⟨‖ReLU(π) W_dec + b_dec - x‖²⟩, with
 * n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 (MATHEMATICS.md, "Gated").
 *
 * <p>W_dec and b_dec are constants in the last term, as in the paper and dictionary_learning; SAELens 6.18 lets them
 * learn from it.
 *
 * @see <a href="https://arxiv.org/abs/2404.16014">Rajamanoharan et al. 2024, Gated SAEs</a>
 */
public final class GatedSae extends DenseSae<GatedSae.Dense> {
    public static final String GATE_BIAS = "gate-bias";
    public static final String MAGNITUDE_BIAS = "magnitude-bias";

    /** r, so that magnitudes have the gate's weights times e^r. */
    public static final String LOG_SCALE = "log-scale";

    private final Gated spec;
    private final boolean attached;
    private final GatedProgram program;

    /** @param attached whether the decoder learns from the auxiliary loss, as in SAELens 6.18 */
    public GatedSae(NDManager manager, Parameters parameters, Gated spec, boolean attached) {
        super(new DenseCoder(manager, parameters, spec.decoderNorm().equals(SaeRules.FREE)));
        this.spec = spec;
        this.attached = attached;
        this.program = new GatedProgram(manager, coder());
    }

    /** @param pass whose values are u, and whose codes that gradients need have open gates */
    public record Dense(Pass pass, GatedProgram.Gates gates) implements DenseActivations {
        @Override
        public Codes codes(int rows) {
            float[] biases = gates.bias().toFloatArray();
            float[] magnitudes = gates.magnitudeBias().toFloatArray();
            float[] scales = gates.scale().toFloatArray();
            return new DenseCodes(
                    pass.values(),
                    rows,
                    (latent, value) ->
                            value + biases[latent] > 0 ? Math.max(0, value * scales[latent] + magnitudes[latent]) : 0);
        }
    }

    @Override
    public Dense activate(NDArray x) {
        return program.activate(coder().centred(x), gates());
    }

    GatedProgram.Gates gates() {
        return new GatedProgram.Gates(
                parameters().get(GATE_BIAS),
                parameters().get(MAGNITUDE_BIAS),
                program.exp(parameters().get(LOG_SCALE)));
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        int count = progress.rows();
        SquaredError error = SquaredError.of(dense.reconstructed(), x, count);
        NDArray upstream = error.gradient();
        double share = share(progress);
        NDArray norms = coder().norms();
        GatedProgram.Backward made =
                program.gradients(dense, x, new GatedProgram.Flow(upstream, norms.mul(share), 2.0 / count, attached));
        coder().addNormGradient(made.weights().decoder(), made.activity().mul(share), norms);
        SquaredError missed = new SquaredError(made.missed(), 1, count);
        NDArray bias =
                biasGradient(upstream, missed.gradient()).sub(made.weights().input());
        return new Gradients(
                List.of(
                        made.weights().encoder(),
                        made.weights().encoderBias(),
                        made.magnitudeBias(),
                        made.logScale(),
                        made.weights().decoder(),
                        bias),
                losses(error, share * Sums.ofProducts(made.activity(), norms), missed));
    }

    /** λ over the number of rows. */
    double share(Progress progress) {
        return progress.risen(spec.l1Coefficient(), spec.l1WarmUp()) / progress.rows();
    }

    /** The gradient of b_dec by what was decoded; {@code through} is that by what the gates were decoded to. */
    NDArray biasGradient(NDArray upstream, NDArray through) {
        return coder().rows().columnSums(attached ? upstream.add(through) : upstream);
    }

    /** @param missed of what the gates are decoded to */
    Map<String, Double> losses(SquaredError error, double l1, SquaredError missed) {
        return new Losses()
                .with("sse", error.loss(coder().rows()))
                .with("l1", l1)
                .with("aux", missed.loss(coder().rows()))
                .withTotal();
    }

    boolean isAttached() {
        return attached;
    }

    GatedProgram program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
        super.close();
    }
}
