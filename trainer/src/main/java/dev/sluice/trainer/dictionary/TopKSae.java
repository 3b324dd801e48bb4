package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.SparseCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TopK SAE: f = TopK_k(ReLU((x - b_dec) W_encᵀ + b_enc)), x̂ = f W_dec + b_dec, loss ⟨‖x̂ - x‖²⟩ + AuxK
 * (dictionary-maths 2.2). With rescaling, selection is by pre-activation times ‖w_j‖; f, x̂ and the gradients are the
 * same functions of the pre-activations as without, since SAELens's product and quotient by the norm cancel.
 *
 * @see <a href="https://arxiv.org/abs/2406.04093">Gao et al. 2024</a>
 */
final class TopKSae implements Sae<TopKSae.Selected> {
    private static final double LEAST_NORM = 1e-8;

    private final DictionarySpec.TopK spec;
    private final Parameters parameters;
    private final TorchProgram program;
    private final Rows rows;
    private final TopKSelection selection;
    private final SparseProducts products;
    private final AuxK aux;
    private final NDArray buffer;

    /** @param biasInAux whether AuxK's codes are decoded with b_dec, as SAELens 6.18 does; the product does not */
    TopKSae(NDManager manager, Parameters parameters, DictionarySpec.TopK spec, boolean biasInAux) {
        this.spec = spec;
        this.parameters = parameters;
        this.program = TorchProgram.load(manager, TopKSae.class, "topk.ts");
        this.rows = new Rows(manager);
        this.selection = new TopKSelection(manager);
        this.products = new SparseProducts(manager);
        try (Scope scope = new Scope()) {
            this.buffer = scope.keep(TopKSelection.buffer(manager, spec.latents()), manager);
        }
        this.aux = new AuxK(spec, biasInAux, this);
    }

    /**
     * What was selected.
     *
     * @param sparse f, never negative
     * @param centred x - b_dec
     * @param encoder that selected
     */
    record Selected(SparseCodes sparse, NDArray reconstructed, NDArray centred, Encoder encoder)
            implements Activations {
        @Override
        public Codes codes(int rows) {
            return CsrCodes.of(sparse, rows);
        }

        @Override
        public BitSet fired() {
            BitSet fired = new BitSet();
            codes((int) reconstructed.getShape().get(0)).forEachRow((row, latents, values, from, count) -> {
                for (int i = from; i < from + count; i++) {
                    fired.set(latents[i]);
                }
            });
            return fired;
        }
    }

    /**
     * The encoder as selection sees it.
     *
     * @param weights [n, d]
     * @param bias [n]
     * @param norms that multiply both, or null
     */
    record Encoder(NDArray weights, NDArray bias, @Nullable NDArray norms) {}

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Selected activate(NDArray x) {
        NDArray centred = x.sub(decoderBias());
        Encoder encoder = encoder();
        SparseCodes selected =
                selection.largest(centred, encoder.weights(), encoder.bias(), spec.latents(), spec.k(), buffer);
        SparseCodes codes = relu(unscaled(selected, encoder));
        NDArray reconstructed = products.decode(decoder(), codes).add(decoderBias());
        return new Selected(codes, reconstructed, centred, encoder);
    }

    private Encoder encoder() {
        NDArray weights = parameters.get(Parameters.ENCODER);
        NDArray bias = parameters.get(Parameters.ENCODER_BIAS);
        if (!spec.rescaleByDecoderNorm()) {
            return new Encoder(weights, bias, null);
        }
        NDArray norms = rows.norms(decoder()).maximum(LEAST_NORM);
        return new Encoder(weights.mul(norms.expandDims(1)), bias.mul(norms), norms);
    }

    @Override
    public Gradients gradients(NDArray x, Selected selected, Progress progress) {
        NDArray error = selected.reconstructed().sub(x);
        NDArray upstream = error.mul(2.0 / progress.rows());
        double sse = Sums.of(rows.squaredNorms(error)) / progress.rows();
        List<SparseProducts.Use> uses = new ArrayList<>();
        uses.add(new SparseProducts.Use(upstream, selected.sparse(), slopes(selected.sparse())));
        NDArray biasGradient = rows.columnSums(upstream);
        AuxK.@Nullable Term term = aux.term(selected, error, progress.dead().dead());
        if (term != null) {
            uses.add(term.use());
            biasGradient = term.addBiasGradient(biasGradient);
        }
        SparseProducts.Gradients g =
                products.gradients(selected.centred(), parameters.get(Parameters.ENCODER), decoder(), uses);
        return new Gradients(
                List.of(g.encoder(), g.encoderBias(), g.decoder(), biasGradient.sub(g.input())),
                losses(sse, term == null ? 0 : term.loss()));
    }

    private static Map<String, Double> losses(double sse, double aux) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("loss", sse + aux);
        losses.put("sse", sse);
        losses.put("aux", aux);
        return losses;
    }

    /** Codes of pre-activations, from those that the encoder's norms multiply. */
    SparseCodes unscaled(SparseCodes codes, Encoder encoder) {
        NDArray norms = encoder.norms();
        return norms == null
                ? codes
                : new SparseCodes(
                        codes.latents(), program.callForOne("unscaled", codes.values(), codes.latents(), norms));
    }

    SparseCodes relu(SparseCodes codes) {
        return new SparseCodes(codes.latents(), program.callForOne("relu", codes.values()));
    }

    /** The derivative of ReLU at codes that passed it. */
    NDArray slopes(SparseCodes codes) {
        return program.callForOne("slopes", codes.values());
    }

    Rows rows() {
        return rows;
    }

    TopKSelection selection() {
        return selection;
    }

    NDArray decode(SparseCodes codes) {
        return products.decode(decoder(), codes);
    }

    NDArray decoder() {
        return parameters.get(Parameters.DECODER);
    }

    NDArray decoderBias() {
        return parameters.get(Parameters.DECODER_BIAS);
    }

    @Override
    public void close() {
        products.close();
        selection.close();
        rows.close();
        program.close();
    }
}
