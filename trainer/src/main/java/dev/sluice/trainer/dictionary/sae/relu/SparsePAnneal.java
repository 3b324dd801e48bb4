package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.kernel.RaggedCodes;
import org.jspecify.annotations.Nullable;

/** {@link PAnnealSae} by the codes that are active. */
final class SparsePAnneal implements SparseWay {
    private final PAnnealSae sae;
    private final SparseStandard relu;

    /** @param sae stays the caller's */
    SparsePAnneal(NDManager manager, PAnnealSae sae) {
        this.sae = sae;
        this.relu = new SparseStandard(manager, sae.relu());
    }

    @Override
    public @Nullable Listed activate(NDArray x, int most) {
        return relu.activate(x, most);
    }

    @Override
    public Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        RaggedCodes codes = listed.sparse();
        ListingCoder listing = relu.listing();
        NDArray error = listed.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / progress.rows());
        NDArray norms = sae.relu().coder().norms();
        PAnnealSae.Penalty penalty = sae.penalty(p -> listing.rowSums(codes, powers(codes, norms, p)), progress);
        NDList g = sae.program()
                .call(
                        "by_pre_activations",
                        listing.byCode(upstream, codes),
                        codes.values(),
                        codes.rows(),
                        codes.latents(),
                        norms,
                        x.getManager().create(penalty.weights()),
                        sae.p(),
                        PAnnealSae.LEAST_CODE);
        return new Sae.Gradients(
                relu.gradients(listed, upstream, g.get(0), listing.sums(codes, g.get(1)), norms),
                sae.losses(error, penalty, progress.rows()));
    }

    private NDArray powers(RaggedCodes codes, NDArray norms, double p) {
        return sae.program().callForOne("listed_powers", codes.values(), codes.latents(), norms, p);
    }

    @Override
    public void close() {
        relu.close();
    }
}
