package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SparseCoder;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.kernel.Encoder;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.UpperBounds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TopK SAE: f = TopK_k(ReLU((x - b_dec) W_encᵀ + b_enc)), x̂ = f W_dec + b_dec, loss ⟨‖x̂ - x‖²⟩ + AuxK, and, with
 * Multi-TopK, a share of ⟨‖x̂' - x‖²⟩ where x̂' is made of {@value #MULTIPLE} k latents (MATHEMATICS.md, "TopK").
 *
 * @see <a href="https://arxiv.org/abs/2406.04093">Gao et al. 2024</a>
 */
public final class TopKSae implements Sae<TopKSae.Selected> {
    private static final int MULTIPLE = 4;

    private final TopK spec;
    private final Parameters parameters;
    private final SparseCoder coder;
    private final AuxK aux;

    /** @param biasInAux whether AuxK's codes are decoded with b_dec, as SAELens 6.18 does; the product does not */
    public TopKSae(NDManager manager, Parameters parameters, TopK spec, boolean biasInAux) {
        this.spec = spec;
        this.parameters = parameters;
        boolean bounded = isBounded(spec, parameters.get(Parameters.ENCODER));
        this.coder = new SparseCoder(manager, parameters, spec.rescaleByDecoderNorm(), bounded);
        this.aux = new AuxK(
                new AuxK.Settings(spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation()), biasInAux, coder);
    }

    private static boolean isBounded(TopK spec, NDArray encoder) {
        return switch (spec.candidates()) {
            case TopK.BFLOAT16 -> encoder.getDevice().equals(Device.cpu());
            case TopK.AUTO -> UpperBounds.payFor(encoder);
            default -> false;
        };
    }

    /**
     * What was selected.
     *
     * @param sparse f, never negative
     * @param more the codes of Multi-TopK, null without it
     * @param centred x - b_dec
     * @param encoder that selected
     */
    public record Selected(
            RaggedCodes sparse, @Nullable RaggedCodes more, NDArray reconstructed, NDArray centred, Encoder encoder)
            implements Activations {
        @Override
        public Codes codes(int rows) {
            return CsrCodes.of(sparse, rows);
        }

        @Override
        public BitSet fired() {
            return SparseCoder.fired(codes(sparse.rowCount()));
        }
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Selected activate(NDArray x) {
        NDArray centred = coder.centred(x);
        Encoder encoder = coder.encoder();
        int most = (int) Math.min((long) MULTIPLE * spec.k(), spec.latents());
        boolean multiple = spec.multiTopk() > 0;
        SparseCodes largest = coder.largest(centred, encoder, multiple ? most : spec.k());
        RaggedCodes codes = codes(multiple ? coder.largest(largest, spec.k()) : largest, encoder);
        NDArray reconstructed = coder.decode(codes).add(coder.decoderBias());
        return new Selected(codes, multiple ? codes(largest, encoder) : null, reconstructed, centred, encoder);
    }

    private RaggedCodes codes(SparseCodes selected, Encoder encoder) {
        return coder.relu(coder.unscaled(coder.products().ragged(selected), encoder));
    }

    @Override
    public Gradients gradients(NDArray x, Selected selected, Progress progress) {
        SquaredError error = SquaredError.of(selected.reconstructed(), x, progress.rows());
        NDArray upstream = error.gradient();
        Losses losses = new Losses().with("sse", error.loss(coder.rows()));
        List<SparseProducts.Use> uses = new ArrayList<>();
        uses.add(new SparseProducts.Use(upstream, selected.sparse(), coder.slopes(selected.sparse())));
        NDArray biasGradient = coder.rows().columnSums(upstream);
        AuxK.@Nullable Term term = aux.term(
                selected.centred(),
                selected.encoder(),
                error.error(),
                progress.dead().dead());
        losses.with("aux", term == null ? 0 : term.loss());
        if (term != null) {
            uses.add(term.use());
            biasGradient = term.addBiasGradient(biasGradient);
        }
        if (selected.more() != null) {
            biasGradient = biasGradient.add(addMultiple(x, selected.more(), progress.rows(), uses, losses));
        }
        return new Gradients(coder.gradients(selected.centred(), uses, biasGradient), losses.withTotal());
    }

    /** Multi-TopK's term; returns its gradient of b_dec. */
    private NDArray addMultiple(NDArray x, RaggedCodes more, int count, List<SparseProducts.Use> uses, Losses losses) {
        NDArray made = coder.decode(more).add(coder.decoderBias());
        SquaredError error = new SquaredError(made.sub(x), spec.multiTopk(), count);
        NDArray upstream = error.gradient();
        uses.add(new SparseProducts.Use(upstream, more, coder.slopes(more)));
        losses.with("multi", error.loss(coder.rows()));
        return coder.rows().columnSums(upstream);
    }

    @Override
    public void close() {
        coder.close();
    }
}
