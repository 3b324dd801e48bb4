package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import org.jspecify.annotations.Nullable;

/** {@link PAnnealSae} by the codes that are active. */
final class SparsePAnneal extends SparseWay {
    private final PAnnealSae sae;

    /** @param sae stays the caller's */
    SparsePAnneal(NDManager manager, PAnnealSae sae) {
        super(manager, sae.coder());
        this.sae = sae;
    }

    @Override
    @Nullable
    Listed activate(NDArray x, int most) {
        return listing().active(coder().centred(x), most);
    }

    @Override
    Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        RaggedCodes codes = listed.sparse();
        SquaredError error = SquaredError.of(listed.reconstructed(), x, progress.rows());
        NDArray upstream = error.gradient();
        NDArray norms = coder().norms();
        PAnnealSae.Penalty penalty =
                sae.penalty(p -> listing().rowSums(codes, sae.program().powers(codes, norms, p)), progress);
        PAnnealProgram.ByCode by = sae.program()
                .byPreActivations(listing().byCode(upstream, codes), codes, penalty.powers(x.getManager(), norms));
        CoderGradients weights =
                listing().gradients(listed.input(), new SparseProducts.Flow(upstream, codes, by.preActivation()));
        coder().addNormGradient(weights.decoder(), listing().sums(codes, by.norm()), norms);
        return sae.gradients(weights, error, upstream, penalty);
    }
}
