package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link JumpReluSae} by the codes that are active or in the kernel's window. The pre-activation loss is about latents
 * that are neither, so an SAE that has it stays dense.
 */
final class SparseJumpRelu implements SparseWay {
    private final JumpReluSae sae;
    private final DenseCoder coder;
    private final ListingCoder listing;

    /** @param sae stays the caller's */
    SparseJumpRelu(NDManager manager, JumpReluSae sae) {
        this.sae = sae;
        this.coder = sae.coder();
        this.listing = new ListingCoder(manager, coder);
    }

    @Override
    public @Nullable Listed activate(NDArray x, int most) {
        NDArray centred = x.sub(coder.decoderBias());
        NDArray theta = sae.theta();
        NDArray lowest = sae.lowest(theta);
        RaggedCodes above = listing.positive(centred, coder.encoderBias().sub(lowest), most);
        if (above == null) {
            return null;
        }
        NDList made = coder.program().call("listed_codes", above.values(), above.latents(), theta, lowest);
        RaggedCodes codes = above.with(made.get(1));
        return new Listed(codes, made.get(0), listing.reconstructed(listing.active(codes)), centred);
    }

    @Override
    public Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        int count = progress.rows();
        RaggedCodes codes = listed.sparse();
        DictionarySpec.JumpRelu spec = sae.spec();
        NDArray error = listed.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / count);
        NDArray theta = sae.theta();
        NDArray norms = coder.norms();
        JumpReluSae.Sparsity sparsity = sae.sparsity(listed.active() / count, progress);
        NDList by = coder.program()
                .call(
                        "by_pre_activations",
                        listing.byCode(upstream, codes),
                        listed.preActivations(),
                        codes.values(),
                        codes.latents(),
                        theta,
                        norms,
                        spec.bandwidth(),
                        sparsity.step() / count,
                        sparsity.byTanh() / count,
                        spec.tanhScale());
        SparseProducts.Gradients g =
                listing.gradientsOfActive(listed.input(), new SparseProducts.Flow(upstream, codes, by.get(0)));
        coder.addNormGradient(g.decoder(), listing.sums(codes, by.get(2)), norms);
        NDArray threshold = sae.thresholdGradient(listing.sums(codes, by.get(1)), theta);
        NDArray bias = coder.rows().columnSums(upstream).sub(g.input());
        double tanh = Sums.of(listing.sums(codes, by.get(3))) / count;
        return new Sae.Gradients(
                List.of(g.encoder(), g.encoderBias(), g.decoder(), bias, threshold),
                sae.losses(error, sparsity.loss(tanh), 0, count));
    }

    @Override
    public void close() {
        listing.close();
    }
}
