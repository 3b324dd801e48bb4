package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link GatedSae} by the codes whose gates are open. */
final class SparseGated extends SparseWay {
    private final GatedSae sae;

    /** @param sae stays the caller's */
    SparseGated(NDManager manager, GatedSae sae) {
        super(manager, sae.coder());
        this.sae = sae;
    }

    /** The pre-activations are π. */
    @Override
    @Nullable
    Listed activate(NDArray x, int most) {
        NDArray centred = coder().centred(x);
        GatedProgram.Gates gates = sae.gates();
        RaggedCodes open = listing().positive(centred, gates.bias(), most);
        if (open == null) {
            return null;
        }
        RaggedCodes codes = open.with(sae.program().listedCodes(open, gates).f());
        return new Listed(codes, open.values(), listing().reconstructed(codes), centred);
    }

    @Override
    Sae.Gradients gradients(NDArray x, Listed listed, Sae.Progress progress) {
        int count = progress.rows();
        RaggedCodes codes = listed.sparse();
        RaggedCodes gates = codes.with(listed.preActivations());
        SquaredError error = SquaredError.of(listed.reconstructed(), x, count);
        SquaredError missed = SquaredError.of(listing().reconstructed(gates), x, count);
        NDArray upstream = error.gradient();
        NDArray through = missed.gradient();
        NDArray norms = coder().norms();
        double share = sae.share(progress);
        GatedProgram.ByCode by = sae.program()
                .byPreActivations(
                        listing().byCode(upstream, codes),
                        listing().byCode(through, codes),
                        listed,
                        norms.mul(share),
                        sae.gates());
        CoderGradients weights = listing().gradients(listed.input(), flows(listed, upstream, through, by.u()));
        NDArray activity = listing().sums(codes, gates.values());
        coder().addNormGradient(weights.decoder(), activity.mul(share), norms);
        return new Sae.Gradients(
                List.of(
                        weights.encoder(),
                        listing().sums(codes, by.gate()),
                        listing().sums(codes, by.magnitude()),
                        listing().sums(codes, by.logScale()),
                        weights.decoder(),
                        sae.biasGradient(upstream, through).sub(weights.input())),
                sae.losses(error, share * Sums.ofProducts(activity, norms), missed));
    }

    /** What reaches the weights: through f, and, if the decoder is no constant there, through the gates. */
    private SparseProducts.Flow[] flows(Listed listed, NDArray upstream, NDArray through, NDArray byU) {
        RaggedCodes gates = listed.sparse().with(listed.preActivations());
        SparseProducts.Flow flow = new SparseProducts.Flow(upstream, listed.sparse(), byU);
        return sae.isAttached()
                ? new SparseProducts.Flow[] {flow, new SparseProducts.Flow(through, gates, byU.zerosLike())}
                : new SparseProducts.Flow[] {flow};
    }
}
