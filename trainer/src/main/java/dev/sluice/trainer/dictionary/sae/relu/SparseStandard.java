package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link StandardSae} by the codes that are active. */
final class SparseStandard implements SparseWay {
    private final StandardSae sae;
    private final DenseCoder coder;
    private final ListingCoder listing;

    /** @param sae stays the caller's */
    SparseStandard(NDManager manager, StandardSae sae) {
        this.sae = sae;
        this.coder = sae.coder();
        this.listing = new ListingCoder(manager, coder);
    }

    @Override
    public @Nullable Listed activate(NDArray x, int most) {
        NDArray input = sae.input(x);
        RaggedCodes codes = listing.positive(input, coder.encoderBias(), most);
        return codes == null ? null : new Listed(codes, codes.values(), listing.reconstructed(codes), input);
    }

    @Override
    public Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        RaggedCodes codes = listed.sparse();
        NDArray error = listed.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / progress.rows());
        NDArray norms = coder.norms();
        double share = sae.coefficient(progress) / progress.rows();
        NDArray byPreActivation = coder.program()
                .callForOne(
                        "by_pre_activations",
                        listing.byCode(upstream, codes),
                        codes.values(),
                        codes.latents(),
                        norms.mul(share));
        NDArray activity = listing.sums(codes, codes.values());
        return new Sae.Gradients(
                gradients(listed, upstream, byPreActivation, activity.mul(share), norms),
                sae.losses(error, share * Sums.ofProducts(activity, norms), progress.rows()));
    }

    /** @param byNorms what the penalty pulls norms by, [n] */
    List<NDArray> gradients(Listed listed, NDArray upstream, NDArray byPreActivation, NDArray byNorms, NDArray norms) {
        SparseProducts.Flow flow = new SparseProducts.Flow(upstream, listed.sparse(), byPreActivation);
        SparseProducts.Gradients g = listing.gradients(listed.input(), List.of(flow));
        coder.addNormGradient(g.decoder(), byNorms, norms);
        return List.of(g.encoder(), g.encoderBias(), g.decoder(), sae.biasGradient(upstream, g.input()));
    }

    ListingCoder listing() {
        return listing;
    }

    @Override
    public void close() {
        listing.close();
    }
}
