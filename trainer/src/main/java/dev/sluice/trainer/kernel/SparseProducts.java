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

    /** The codes of a selection of the same number for each row. */
    public RaggedCodes ragged(SparseCodes codes) {
        return RaggedCodes.of(program.call("ragged", codes.latents(), codes.values()));
    }

    /**
     * The codes of latents in [{@code first}, {@code end}).
     *
     * @param end exclusive
     */
    public RaggedCodes between(RaggedCodes codes, int first, int end) {
        return RaggedCodes.of(
                program.call("between", codes.rows(), codes.latents(), codes.values(), first, end, codes.rowCount()));
    }

    /**
     * Codes before it is known where those of each row begin; there may be none.
     *
     * @param rows int64 [m], ascending
     * @param latents int64 [m]
     * @param values float32 [m]
     */
    record Entries(NDArray rows, NDArray latents, NDArray values, int rowCount) {}

    /** The entries at {@code index}, which ascends. */
    RaggedCodes pick(Entries of, NDArray index) {
        return RaggedCodes.of(program.call("pick", of.rows(), of.latents(), of.values(), index, of.rowCount()));
    }

    /** The codes above a bound. */
    public RaggedCodes above(RaggedCodes codes, float bound) {
        return above(codes.entries(), bound);
    }

    RaggedCodes above(Entries of, float bound) {
        return RaggedCodes.of(program.call("above", of.rows(), of.latents(), of.values(), bound, of.rowCount()));
    }

    /** Σ_j f_ij w_j, [rows, d]. */
    public NDArray decode(NDArray weights, RaggedCodes codes) {
        return program.callForOne("decode", weights, codes.offsets(), codes.latents(), codes.values());
    }

    /**
     * One use of the decoder by codes f = slope · (x W_encᵀ + b_enc) on fixed latents.
     *
     * @param upstream gradient of the loss by what was decoded, [rows, d]
     * @param slopes of the m codes by their pre-activations, [m]
     */
    public record Use(NDArray upstream, RaggedCodes codes, NDArray slopes) {}

    /** Gradients by hand: dW_dec = fᵀg, df = g·w_j on the codes only, dW_enc = dfᵀx, db_enc = Σdf, dx = W_encᵀ db_enc. */
    public CoderGradients gradients(NDArray x, NDArray encoder, NDArray decoder, List<Use> uses) {
        NDList upstream = new NDList();
        NDList rows = new NDList();
        NDList offsets = new NDList();
        NDList latents = new NDList();
        NDList values = new NDList();
        NDList slopes = new NDList();
        for (Use use : uses) {
            upstream.add(use.upstream());
            rows.add(use.codes().rows());
            offsets.add(use.codes().offsets());
            latents.add(use.codes().latents());
            values.add(use.codes().values());
            slopes.add(use.slopes());
        }
        return CoderGradients.of(
                program.call("gradients", x, encoder, decoder, upstream, rows, offsets, latents, values, slopes));
    }

    /** g_i · w_j for each code of latent j on row i, [m]. */
    public NDArray dots(NDArray g, NDArray weights, RaggedCodes codes) {
        return program.callForOne("dots", g, weights, codes.rows(), codes.offsets(), codes.latents());
    }

    /** Σ over the codes of each latent, [{@code latents}], of what each of them has, [m]. */
    public NDArray sums(RaggedCodes codes, NDArray values, int latents) {
        return program.callForOne("sums", codes.latents(), codes.rows(), values, codes.rowCount(), latents);
    }

    /**
     * What flows back through codes.
     *
     * @param upstream gradient of the loss by what was decoded, [rows, d]
     * @param codes that were decoded
     * @param byPreActivation gradient of the loss by their pre-activations x W_encᵀ, [m]
     */
    public record Flow(NDArray upstream, RaggedCodes codes, NDArray byPreActivation) {}

    /** A flow without its codes of value 0, for those that have no gradient by such a pre-activation either. */
    public Flow active(Flow flow) {
        RaggedCodes codes = flow.codes();
        NDList kept = program.call(
                "active", codes.rows(), codes.latents(), codes.values(), flow.byPreActivation(), codes.rowCount());
        return new Flow(flow.upstream(), RaggedCodes.of(kept), kept.get(4));
    }

    /** Gradients whose way through the codes is known, summed over rows and flows; that of the bias is Σ byPreActivation. */
    public CoderGradients gathered(NDArray x, NDArray encoder, List<Flow> flows) {
        NDList upstream = new NDList();
        NDList rows = new NDList();
        NDList latents = new NDList();
        NDList values = new NDList();
        NDList pulled = new NDList();
        for (Flow flow : flows) {
            upstream.add(flow.upstream());
            rows.add(flow.codes().rows());
            latents.add(flow.codes().latents());
            values.add(flow.codes().values());
            pulled.add(flow.byPreActivation());
        }
        return CoderGradients.of(program.call("gathered", x, encoder, upstream, rows, latents, values, pulled));
    }

    @Override
    public void close() {
        program.close();
    }
}
