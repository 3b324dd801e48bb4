package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.kernel.BoundedThreshold;
import dev.sluice.trainer.kernel.BoundedTopK;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.Encoder;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.ThresholdSelection;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all SAEs that select few latents share: an encoder to select by, the sparse products that follow, and their
 * gradients. With rescaling, selection is by pre-activation times ‖w_j‖; f, x̂ and the gradients are the same functions
 * of the pre-activations as without, since SAELens's product and quotient by the norm cancel.
 */
public final class SparseCoder extends Coder {
    private final boolean rescale;
    private final TopKProgram program;
    private final TopKSelection selection;
    private final SparseProducts products;
    private final ThresholdSelection thresholds;

    /** Null where the whole product selects. */
    private final @Nullable BoundedTopK bounded;

    private final @Nullable BoundedThreshold boundedThreshold;

    /**
     * @param rescale select on pre-activation times decoder norm
     * @param bounded whether bounds, not the whole product, find what is large
     */
    public SparseCoder(NDManager manager, Parameters parameters, boolean rescale, boolean bounded) {
        super(manager, parameters);
        this.rescale = rescale;
        this.program = new TopKProgram(manager);
        this.selection = new TopKSelection(manager);
        this.products = new SparseProducts(manager);
        this.thresholds = new ThresholdSelection(manager, products);
        NDArray weights = encoderWeights();
        this.bounded = bounded ? new BoundedTopK(manager, weights) : null;
        this.boundedThreshold = bounded ? new BoundedThreshold(manager, weights, thresholds) : null;
    }

    public Encoder encoder() {
        return new Encoder(encoderWeights(), encoderBias(), rescale ? decoderNorms() : null);
    }

    /** The k largest pre-activations of each row, as selection sees them. */
    public SparseCodes largest(NDArray centred, Encoder encoder, int k) {
        if (bounded != null) {
            return bounded.largest(centred, encoder, k);
        }
        Encoder scaled = encoder.scaled();
        return selection.largest(centred, scaled.weights(), scaled.bias(), latents(), k);
    }

    /** The k largest per row of all rows together, and those above a threshold, as selection sees them. */
    public ThresholdSelection.Chosen choose(NDArray centred, Encoder encoder, int k, float threshold) {
        if (boundedThreshold != null) {
            return boundedThreshold.choose(centred, encoder, k, threshold);
        }
        return thresholds.choose(centred, encoder, k, threshold);
    }

    public RaggedCodes above(NDArray centred, Encoder encoder, float threshold) {
        if (boundedThreshold != null) {
            return boundedThreshold.above(centred, encoder, threshold);
        }
        return thresholds.above(centred, encoder, threshold);
    }

    /** The k largest of those already selected, by ascending latent. */
    public SparseCodes largest(SparseCodes selected, int k) {
        return program.largest(selected, k);
    }

    /** Codes of pre-activations, from those that the encoder's norms multiply. */
    public RaggedCodes unscaled(RaggedCodes codes, Encoder encoder) {
        NDArray norms = encoder.norms();
        return norms == null ? codes : program.unscaled(codes, norms);
    }

    public RaggedCodes relu(RaggedCodes codes) {
        return program.relu(codes);
    }

    /** The derivative of ReLU at codes that passed it. */
    public NDArray slopes(RaggedCodes codes) {
        return program.slopes(codes);
    }

    /** f W_dec, without bias. */
    public NDArray decode(RaggedCodes codes) {
        return products.decode(decoder(), codes);
    }

    /** @param biasGradient of b_dec by x̂ alone */
    public List<NDArray> gradients(NDArray centred, List<SparseProducts.Use> uses, NDArray biasGradient) {
        CoderGradients g = products.gradients(centred, encoderWeights(), decoder(), uses);
        return List.of(g.encoder(), g.encoderBias(), g.decoder(), biasGradient.sub(g.input()));
    }

    /** Latents with a code that is not 0. */
    public static BitSet fired(Codes codes) {
        BitSet fired = new BitSet();
        codes.forEachRow((row, latents, values, from, count) -> {
            for (int i = from; i < from + count; i++) {
                fired.set(latents[i]);
            }
        });
        return fired;
    }

    TopKSelection selection() {
        return selection;
    }

    public SparseProducts products() {
        return products;
    }

    @Override
    public void close() {
        if (bounded != null) {
            bounded.close();
        }
        if (boundedThreshold != null) {
            boundedThreshold.close();
        }
        thresholds.close();
        products.close();
        selection.close();
        program.close();
        super.close();
    }
}
