package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import java.util.List;

/** What follows a selection, at a cost of rows x k x d instead of rows x n x d. Weights are rows of [n, d]. */
public final class SparseProducts implements AutoCloseable {
    private final TorchProgram program;

    public SparseProducts(NDManager manager) {
        program = TorchProgram.load(manager, SparseProducts.class, "sparse.ts");
    }

    /** Σ_j f_ij w_j, [rows, d]. */
    public NDArray decode(NDArray weights, SparseCodes codes) {
        return program.callForOne("decode", weights, codes.latents(), codes.values());
    }

    /**
     * One use of the decoder by codes f = slope · (x W_encᵀ + b_enc) on fixed latents.
     *
     * @param upstream gradient of the loss by what was decoded, [rows, d]
     * @param slopes of the codes by their pre-activations, [rows, k]
     */
    public record Use(NDArray upstream, SparseCodes codes, NDArray slopes) {}

    /**
     * Gradients, summed over rows and uses.
     *
     * @param encoder [n, d]
     * @param encoderBias [n]
     * @param decoder [n, d]
     * @param input of x through the codes, [d]
     */
    public record Gradients(NDArray encoder, NDArray encoderBias, NDArray decoder, NDArray input) {}

    /** Gradients by hand: dW_dec = fᵀg, df = g·w_j on the codes only, dW_enc = dfᵀx, db_enc = Σdf, dx = W_encᵀ db_enc. */
    public Gradients gradients(NDArray x, NDArray encoder, NDArray decoder, List<Use> uses) {
        NDList upstream = new NDList();
        NDList latents = new NDList();
        NDList values = new NDList();
        NDList slopes = new NDList();
        for (Use use : uses) {
            upstream.add(use.upstream());
            latents.add(use.codes().latents());
            values.add(use.codes().values());
            slopes.add(use.slopes());
        }
        NDList g = program.call("gradients", x, encoder, decoder, upstream, latents, values, slopes);
        return new Gradients(g.get(0), g.get(1), g.get(2), g.get(3));
    }

    @Override
    public void close() {
        program.close();
    }
}
