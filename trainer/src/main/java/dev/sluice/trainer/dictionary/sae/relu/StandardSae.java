package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;

/**
 * ReLU SAE: f = ReLU((x - b_dec) W_encᵀ + b_enc), or x itself if the input is not centred, x̂ = f W_dec + b_dec, loss
 * ⟨‖x̂ - x‖²⟩ + λ ⟨Σ_j f_j n_j⟩ with n_j = ‖w_j‖, or 1 if the decoder is kept at norm 1 or the penalty is not to weigh by
 * it (MATHEMATICS.md, "L1").
 */
public final class StandardSae extends DenseSae<StandardSae.Dense> {
    private final Standard spec;
    private final StandardProgram program;

    public StandardSae(NDManager manager, Parameters parameters, Standard spec) {
        super(new DenseCoder(manager, parameters, isWeighted(spec)));
        this.spec = spec;
        this.program = new StandardProgram(manager, coder());
    }

    private static boolean isWeighted(Standard spec) {
        return spec.decoderNorm().equals(SaeRules.FREE) && spec.penaltyWeight().equals(SaeRules.BY_DECODER_NORM);
    }

    /** @param pass whose values are f */
    public record Dense(Pass pass) implements DenseActivations {}

    @Override
    public Dense activate(NDArray x) {
        return new Dense(program.activate(input(x)));
    }

    /** What the encoder sees of x. */
    NDArray input(NDArray x) {
        return spec.centreInput() ? coder().centred(x) : x;
    }

    @Override
    public Gradients gradients(NDArray x, Dense dense, Progress progress) {
        SquaredError error = SquaredError.of(dense.reconstructed(), x, progress.rows());
        NDArray upstream = error.gradient();
        NDArray norms = coder().norms();
        NDArray activity = coder().rows().columnSums(dense.pass().values());
        double share = share(progress);
        CoderGradients weights = program.gradients(dense.pass(), upstream, norms.mul(share));
        return gradients(weights, error, upstream, new Penalty(activity, norms, share));
    }

    /**
     * share Σ_j activity_j n_j.
     *
     * @param activity Σ over rows of f, [n]
     * @param norms n_j, [n]
     */
    record Penalty(NDArray activity, NDArray norms, double share) {}

    /** @param weights but for what the penalty has by the norms of the decoder */
    Gradients gradients(CoderGradients weights, SquaredError error, NDArray upstream, Penalty penalty) {
        coder().addNormGradient(weights.decoder(), penalty.activity().mul(penalty.share()), penalty.norms());
        NDArray direct = coder().rows().columnSums(upstream);
        NDArray bias = spec.centreInput() ? direct.sub(weights.input()) : direct;
        return new Gradients(
                List.of(weights.encoder(), weights.encoderBias(), weights.decoder(), bias),
                new Losses()
                        .with("sse", error.loss(coder().rows()))
                        .with("l1", penalty.share() * Sums.ofProducts(penalty.activity(), penalty.norms()))
                        .withTotal());
    }

    /** λ over the number of rows. */
    double share(Progress progress) {
        return progress.risen(spec.l1Coefficient(), spec.l1WarmUp()) / progress.rows();
    }

    StandardProgram program() {
        return program;
    }

    @Override
    public void close() {
        program.close();
        super.close();
    }
}
