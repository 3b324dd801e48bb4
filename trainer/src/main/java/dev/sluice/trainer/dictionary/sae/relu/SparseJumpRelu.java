package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import org.jspecify.annotations.Nullable;

/**
 * {@link JumpReluSae} by the codes that are active or in the kernel's window. The pre-activation loss is about latents
 * that are neither, so an SAE that has it stays dense.
 */
final class SparseJumpRelu extends SparseWay {
    private final JumpReluSae sae;

    /** @param sae stays the caller's */
    SparseJumpRelu(NDManager manager, JumpReluSae sae) {
        super(manager, sae.coder());
        this.sae = sae;
    }

    @Override
    @Nullable
    Listed activate(NDArray x, int most) {
        NDArray centred = coder().centred(x);
        NDArray theta = sae.theta();
        NDArray lowest = sae.lowest(theta);
        RaggedCodes above = listing().positive(centred, coder().encoderBias().sub(lowest), most);
        if (above == null) {
            return null;
        }
        JumpReluProgram.ListedCodes made = sae.program().listedCodes(above, theta, lowest);
        RaggedCodes codes = above.with(made.f());
        return new Listed(
                codes, made.preActivations(), listing().reconstructed(listing().active(codes)), centred);
    }

    @Override
    Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        int count = progress.rows();
        RaggedCodes codes = listed.sparse();
        SquaredError error = SquaredError.of(listed.reconstructed(), x, count);
        NDArray upstream = error.gradient();
        NDArray theta = sae.theta();
        NDArray norms = coder().norms();
        JumpReluSae.Sparsity sparsity = sae.sparsity(listed.active() / count, progress);
        JumpReluProgram.ByCode by = sae.program()
                .byPreActivations(
                        listing().byCode(upstream, codes), listed, theta, norms, sae.penalty(sparsity, 0, count));
        CoderGradients weights = listing()
                .gradientsOfActive(listed.input(), new SparseProducts.Flow(upstream, codes, by.preActivation()));
        coder().addNormGradient(weights.decoder(), listing().sums(codes, by.norm()), norms);
        double tanh = Sums.of(listing().sums(codes, by.tanh())) / count;
        return new Sae.Gradients(
                sae.byParameter(weights, upstream, listing().sums(codes, by.threshold()), theta),
                sae.losses(error, sparsity.loss(tanh), 0));
    }
}
