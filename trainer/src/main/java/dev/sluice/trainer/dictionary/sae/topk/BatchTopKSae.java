package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeKind;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SparseCoder;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.kernel.Encoder;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.ThresholdSelection;
import dev.sluice.trainer.kernel.UpperBounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * BatchTopK SAE, and Matryoshka, which is one with several prefixes of its latents. Training keeps the k B largest
 * ReLU(pre) of the batch of B rows; inference keeps what is above a {@link ThresholdEstimate}. With widths
 * m_1 &lt; ... &lt; m_p = n and x̂⁽ⁱ⁾ = b_dec + Σ_{j &lt; m_i} f_j w_j the loss is Σ_i ⟨‖x̂⁽ⁱ⁾ - x‖²⟩ + AuxK, as in SAELens
 * (MATHEMATICS.md, "Matryoshka"), where those of prefixes below n may weigh another share. AuxK has what the whole
 * dictionary leaves.
 *
 * @see <a href="https://arxiv.org/abs/2412.06410">Bussmann et al. 2024, BatchTopK</a>
 * @see <a href="https://arxiv.org/abs/2503.17547">Bussmann et al. 2025, Matryoshka SAEs</a>
 */
public final class BatchTopKSae implements Sae<BatchTopKSae.Selected> {
    private final Parameters parameters;
    private final int k;
    private final Prefixes prefixes;
    private final SparseCoder coder;
    private final AuxK aux;
    private final ThresholdEstimate threshold;

    /**
     * What is selected.
     *
     * @param k active latents per token, on average over a batch
     * @param prefixes that reconstruct on their own
     * @param rescale whether by pre-activation times decoder norm
     */
    public record Selection(int k, Prefixes prefixes, boolean rescale) {}

    /**
     * What is to reconstruct on its own.
     *
     * @param widths ascending, the last one n
     * @param weight of the squared error of those below n, beside 1 of the whole's
     */
    public record Prefixes(List<Integer> widths, double weight) {
        /** The whole dictionary alone. */
        public static Prefixes none(int latents) {
            return new Prefixes(List.of(latents), 1);
        }

        private int count() {
            return widths.size();
        }

        private int begin(int i) {
            return i == 0 ? 0 : widths.get(i - 1);
        }

        private double weight(int i) {
            return i == count() - 1 ? 1 : weight;
        }
    }

    /**
     * @param reference SAELens 6.18: AuxK with b_dec, and a threshold that starts at 0
     */
    public BatchTopKSae(
            NDManager manager, Parameters parameters, Selection selection, AuxK.Settings aux, boolean reference) {
        this.parameters = parameters;
        this.k = selection.k();
        this.prefixes = selection.prefixes();
        // SAELens's threshold starts at 0, where half of all entries are above it and bounds rule out nothing.
        boolean bounded = !reference && UpperBounds.payFor(parameters.get(Parameters.ENCODER));
        this.coder = new SparseCoder(manager, parameters, selection.rescale(), bounded);
        this.aux = new AuxK(aux, reference, coder);
        this.threshold = new ThresholdEstimate(!reference);
    }

    /**
     * What was selected.
     *
     * @param trained f by the rule of training, all positive
     * @param least of what was selected, as selection sees it; 0 if nothing is positive
     * @param inferred f by the rule of inference
     * @param centred x - b_dec
     * @param encoder that selected
     */
    public record Selected(RaggedCodes trained, float least, Inferred inferred, NDArray centred, Encoder encoder)
            implements Activations {
        @Override
        public Codes codes(int rows) {
            return inferred.codes(rows);
        }

        @Override
        public NDArray reconstructed() {
            return inferred.reconstructed();
        }

        @Override
        public BitSet fired() {
            return SparseCoder.fired(CsrCodes.of(trained, trained.rowCount()));
        }
    }

    /** f and x̂ by the rule of inference. */
    record Inferred(RaggedCodes sparse, NDArray reconstructed) implements Activations {
        @Override
        public Codes codes(int rows) {
            return CsrCodes.of(sparse, rows);
        }

        @Override
        public BitSet fired() {
            return SparseCoder.fired(codes(sparse.rowCount()));
        }
    }

    /**
     * A JumpReLU whose thresholds are the estimate for all latents, divided by ‖w_j‖ where the estimate is of
     * pre-activations times it.
     */
    static SaeKind.Inference inference(StateSource state, boolean rescale, TrainingSpec training) {
        ThresholdEstimate estimate = new ThresholdEstimate(!SaeRules.isReference(training));
        estimate.restore(state);
        float threshold = estimate.value();
        if (!Float.isFinite(threshold)) {
            throw new IllegalStateException("has no threshold yet: no batch was learned");
        }
        int latents = state.floats(Parameters.ENCODER_BIAS).length;
        float[] thresholds = new float[latents];
        Arrays.fill(thresholds, threshold);
        return SaeKind.Inference.of(
                SaeWeights.Architecture.JUMP_RELU,
                Map.of(
                        SaeWeights.THRESHOLD,
                        rescale ? SaeWeights.byLatent(thresholds, norms(state, latents), true) : thresholds));
    }

    private static double[] norms(StateSource state, int latents) {
        return SaeWeights.norms(state.floats(Parameters.DECODER), latents);
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Activations infer(NDArray x) {
        Encoder encoder = coder.encoder();
        return inferred(coder.above(coder.centred(x), encoder, threshold.value()), encoder);
    }

    private Inferred inferred(RaggedCodes above, Encoder encoder) {
        RaggedCodes codes = coder.unscaled(above, encoder);
        return new Inferred(codes, coder.decode(codes).add(coder.decoderBias()));
    }

    @Override
    public Selected activate(NDArray x) {
        NDArray centred = coder.centred(x);
        Encoder encoder = coder.encoder();
        ThresholdSelection.Chosen chosen = coder.choose(centred, encoder, k, threshold.value());
        return new Selected(
                coder.unscaled(chosen.largest(), encoder),
                chosen.least(),
                inferred(chosen.above(), encoder),
                centred,
                encoder);
    }

    @Override
    public Gradients gradients(NDArray x, Selected selected, Progress progress) {
        Losses losses = new Losses();
        List<SparseProducts.Use> uses = new ArrayList<>();
        NDArray error = addPrefixes(x, selected.trained(), progress.rows(), uses, losses);
        NDArray biasGradient = coder.rows().columnSums(uses.get(0).upstream());
        AuxK.@Nullable Term term = aux.term(
                selected.centred(), selected.encoder(), error, progress.dead().dead());
        losses.with("aux", term == null ? 0 : term.loss());
        if (term != null) {
            uses.add(term.use());
            biasGradient = term.addBiasGradient(biasGradient);
        }
        return new Gradients(coder.gradients(selected.centred(), uses, biasGradient), losses.withTotal());
    }

    /**
     * One use of the decoder by the latents between one width and the next, whose gradient is that of all prefixes that
     * hold them: so every code is used once, however many prefixes there are.
     *
     * @return x̂ - x of the whole
     */
    private NDArray addPrefixes(NDArray x, RaggedCodes codes, int count, List<SparseProducts.Use> uses, Losses losses) {
        List<RaggedCodes> segments = new ArrayList<>();
        List<NDArray> errors = new ArrayList<>();
        NDArray error = coder.decoderBias().sub(x);
        double sse = 0;
        for (int i = 0; i < prefixes.count(); i++) {
            RaggedCodes segment = prefixes.count() == 1
                    ? codes
                    : coder.products()
                            .between(codes, prefixes.begin(i), prefixes.widths().get(i));
            error = coder.decode(segment).add(error);
            segments.add(segment);
            errors.add(error);
            sse += new SquaredError(error, prefixes.weight(i), count).loss(coder.rows());
        }
        losses.with("sse", sse);
        NDArray miss = error;
        for (int i = prefixes.count() - 1; i >= 0; i--) {
            miss = i == prefixes.count() - 1 ? error : miss.add(errors.get(i).mul(prefixes.weight(i)));
            RaggedCodes segment = segments.get(i);
            uses.add(
                    0,
                    new SparseProducts.Use(
                            new SquaredError(miss, 1, count).gradient(), segment, coder.slopes(segment)));
        }
        return error;
    }

    @Override
    public void advance(Selected selected, Progress progress) {
        threshold.add(selected.least());
    }

    @Override
    public void save(StateSink out) {
        threshold.save(out);
    }

    @Override
    public void restore(StateSource state) {
        threshold.restore(state);
    }

    @Override
    public void close() {
        coder.close();
    }
}
