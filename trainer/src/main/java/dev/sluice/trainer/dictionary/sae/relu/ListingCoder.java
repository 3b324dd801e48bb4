package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.kernel.BoundedEntries;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.Encoder;
import dev.sluice.trainer.kernel.PositiveSelection;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.UpperBounds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all sparse ways share: the codes that are above a threshold, and the products with them. */
final class ListingCoder implements AutoCloseable {
    private final DenseCoder coder;
    private final SparseProducts products;
    private final PositiveSelection selection;

    /** Null where the whole product selects. */
    private final @Nullable BoundedEntries bounded;

    /** @param coder of the dense way; stays the caller's */
    ListingCoder(NDManager manager, DenseCoder coder) {
        this.coder = coder;
        this.products = new SparseProducts(manager);
        this.selection = new PositiveSelection(manager);
        this.bounded =
                UpperBounds.payFor(coder.encoderWeights()) ? new BoundedEntries(manager, coder.encoderWeights()) : null;
    }

    /**
     * What is positive in input W_encᵀ + bias; null if that is too much.
     *
     * @param most codes per row that a block of rows may have
     */
    @Nullable
    RaggedCodes positive(NDArray input, NDArray bias, int most) {
        Encoder encoder = new Encoder(coder.encoderWeights(), bias, null);
        return bounded == null ? selection.positive(input, encoder, most) : bounded.reaching(input, encoder, 0, most);
    }

    /** The codes of a ReLU without threshold; null if there are too many. */
    @Nullable
    Listed active(NDArray input, int most) {
        RaggedCodes codes = positive(input, coder.encoderBias(), most);
        return codes == null ? null : new Listed(codes, codes.values(), reconstructed(codes), input);
    }

    /** f W_dec + b_dec. */
    NDArray reconstructed(RaggedCodes codes) {
        return products.decode(coder.decoder(), codes).add(coder.decoderBias());
    }

    /** The gradient of the loss by each code, [m], of that by what they are decoded to. */
    NDArray byCode(NDArray upstream, RaggedCodes codes) {
        return products.dots(upstream, coder.decoder(), codes);
    }

    /** Σ over rows of what each code has, [n]. */
    NDArray sums(RaggedCodes codes, NDArray values) {
        return products.sums(codes, values, coder.latents());
    }

    /** Σ over latents of what each code has, [rows]: decoded by a decoder of ones. */
    NDArray rowSums(RaggedCodes codes, NDArray values) {
        NDArray ones = values.getManager().ones(new Shape(coder.latents(), 1));
        return products.decode(ones, codes.with(values)).reshape(codes.rowCount());
    }

    /** The codes that are not 0. */
    RaggedCodes active(RaggedCodes codes) {
        return products.above(codes, 0);
    }

    /** The gradients of a flow that has none where a code is 0. */
    CoderGradients gradientsOfActive(NDArray input, SparseProducts.Flow flow) {
        return gradients(input, products.active(flow));
    }

    CoderGradients gradients(NDArray input, SparseProducts.Flow... flows) {
        return products.gathered(input, coder.encoderWeights(), List.of(flows));
    }

    @Override
    public void close() {
        if (bounded != null) {
            bounded.close();
        }
        selection.close();
        products.close();
    }
}
