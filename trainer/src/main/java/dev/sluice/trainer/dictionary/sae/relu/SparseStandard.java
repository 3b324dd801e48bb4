package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import org.jspecify.annotations.Nullable;

/** {@link StandardSae} by the codes that are active. */
final class SparseStandard extends SparseWay {
    private final StandardSae sae;

    /** @param sae stays the caller's */
    SparseStandard(NDManager manager, StandardSae sae) {
        super(manager, sae.coder());
        this.sae = sae;
    }

    @Override
    @Nullable
    Listed activate(NDArray x, int most) {
        return listing().active(sae.input(x), most);
    }

    @Override
    Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        RaggedCodes codes = listed.sparse();
        SquaredError error = SquaredError.of(listed.reconstructed(), x, progress.rows());
        NDArray upstream = error.gradient();
        NDArray norms = coder().norms();
        double share = sae.share(progress);
        NDArray byPreActivation =
                sae.program().byPreActivations(listing().byCode(upstream, codes), codes, norms.mul(share));
        return sae.gradients(
                listing().gradients(listed.input(), new SparseProducts.Flow(upstream, codes, byPreActivation)),
                error,
                upstream,
                new StandardSae.Penalty(listing().sums(codes, codes.values()), norms, share));
    }
}
