package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link GatedSae} by the codes whose gates are open. */
final class SparseGated implements SparseWay {
    private final GatedSae sae;
    private final DenseCoder coder;
    private final ListingCoder listing;

    /** @param sae stays the caller's */
    SparseGated(NDManager manager, GatedSae sae) {
        this.sae = sae;
        this.coder = sae.coder();
        this.listing = new ListingCoder(manager, coder);
    }

    /** The pre-activations are π. */
    @Override
    public @Nullable Listed activate(NDArray x, int most) {
        NDArray centred = x.sub(coder.decoderBias());
        RaggedCodes gates = listing.positive(centred, sae.gateBias(), most);
        if (gates == null) {
            return null;
        }
        RaggedCodes codes = gates.with(codes(gates.values(), gates).get(1));
        return new Listed(codes, gates.values(), listing.reconstructed(codes), centred);
    }

    /** u and f. */
    private NDList codes(NDArray pi, RaggedCodes codes) {
        return coder.program()
                .call("listed_codes", pi, codes.latents(), sae.gateBias(), sae.magnitudeBias(), sae.scale());
    }

    @Override
    public Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        int count = progress.rows();
        RaggedCodes codes = listed.sparse();
        RaggedCodes gates = gates(listed);
        NDArray error = listed.reconstructed().sub(x);
        NDArray missed = listing.reconstructed(gates).sub(x);
        NDArray upstream = error.mul(2.0 / count);
        NDArray through = missed.mul(2.0 / count);
        NDArray norms = coder.norms();
        double share = sae.coefficient(progress) / count;
        NDList by = byPreActivations(listed, upstream, through, norms.mul(share));
        SparseProducts.Gradients g = listing.gradients(listed.input(), flows(listed, upstream, through, by.get(3)));
        NDArray activity = listing.sums(codes, gates.values());
        coder.addNormGradient(g.decoder(), activity.mul(share), norms);
        return new Sae.Gradients(
                List.of(
                        g.encoder(),
                        listing.sums(codes, by.get(0)),
                        listing.sums(codes, by.get(1)),
                        listing.sums(codes, by.get(2)),
                        g.decoder(),
                        sae.biasGradient(upstream, through).sub(g.input())),
                sae.losses(error, share * Sums.ofProducts(activity, norms), missed, count));
    }

    /** The codes with π for values. */
    private static RaggedCodes gates(Listed listed) {
        return listed.sparse().with(listed.preActivations());
    }

    /** Gradients by π, by m and by r of each code, and by u. */
    private NDList byPreActivations(Listed listed, NDArray upstream, NDArray through, NDArray penalty) {
        RaggedCodes codes = listed.sparse();
        NDArray pi = listed.preActivations();
        return coder.program()
                .call(
                        "by_pre_activations",
                        listing.byCode(upstream, codes),
                        listing.byCode(through, codes),
                        pi,
                        codes(pi, codes).get(0),
                        codes.values(),
                        codes.latents(),
                        penalty,
                        sae.scale());
    }

    /** What reaches the weights: through f, and, if the decoder is no constant there, through the gates. */
    private List<SparseProducts.Flow> flows(Listed listed, NDArray upstream, NDArray through, NDArray byU) {
        SparseProducts.Flow flow = new SparseProducts.Flow(upstream, listed.sparse(), byU);
        return sae.isAttached()
                ? List.of(flow, new SparseProducts.Flow(through, gates(listed), byU.zerosLike()))
                : List.of(flow);
    }

    @Override
    public void close() {
        listing.close();
    }
}
