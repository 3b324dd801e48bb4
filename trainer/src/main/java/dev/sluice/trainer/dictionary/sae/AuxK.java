package dev.sluice.trainer.dictionary.sae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.trainer.kernel.Encoder;
import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * AuxK: the dead latents with the largest pre-activations are to predict what the living ones leave, r = sg(x - x̂), by
 * ê = Σ a_j w_j (MATHEMATICS.md, "AuxK"). {@code saelens}: a = pre, weight min(dead / k_aux, 1), by sum of squares.
 * {@code openai} (and dictionary_learning): a = ReLU(pre), divided by ⟨‖r - ⟨r⟩‖²⟩.
 */
public final class AuxK {
    public static final String SAELENS = "saelens";
    public static final String OPENAI = "openai";

    private final Settings settings;
    private final boolean withBias;
    private final SparseCoder coder;

    /**
     * @param coefficient weight of the loss, 0 switches it off
     * @param k latents to revive at once, 0 for d/2
     * @param normalisation {@link #SAELENS} or {@link #OPENAI}
     */
    public record Settings(double coefficient, int k, String normalisation) {}

    /** @param withBias whether ê has b_dec, as in SAELens 6.18; the corrected form has none */
    public AuxK(Settings settings, boolean withBias, SparseCoder coder) {
        this.settings = settings;
        this.withBias = withBias;
        this.coder = coder;
    }

    /**
     * The loss, times its coefficient, and what its gradients need.
     *
     * @param biasGradient of b_dec by ê, or null if ê has no bias
     */
    public record Term(
            double loss, SparseProducts.Use use, @Nullable NDArray biasGradient) {
        public NDArray addBiasGradient(NDArray other) {
            return biasGradient == null ? other : other.add(biasGradient);
        }
    }

    /**
     * @param centred input of the encoder, [rows, d]
     * @param error x̂ - x
     * @param dead latents, ascending
     * @return null if there is nothing to revive or to predict
     */
    @Nullable
    public Term term(NDArray centred, Encoder encoder, NDArray error, long[] dead) {
        if (dead.length == 0 || settings.coefficient() == 0) {
            return null;
        }
        int rows = (int) error.getShape().get(0);
        double weight = weight(error, dead.length, rows);
        if (!(weight > 0)) {
            return null;
        }
        RaggedCodes codes = codes(centred, encoder, dead);
        NDArray predicted = coder.decode(codes);
        NDArray miss = (withBias ? predicted.add(coder.decoderBias()) : predicted).add(error);
        SquaredError left = new SquaredError(miss, weight, rows);
        NDArray upstream = left.gradient();
        NDArray slopes = isOpenAi() ? coder.slopes(codes) : codes.values().onesLike();
        return new Term(
                left.loss(coder.rows()),
                new SparseProducts.Use(upstream, codes, slopes),
                withBias ? coder.rows().columnSums(upstream) : null);
    }

    private double weight(NDArray error, int dead, int rows) {
        if (!isOpenAi()) {
            return settings.coefficient() * Math.min((double) dead / most(error), 1);
        }
        NDArray mean = coder.rows().columnSums(error).div(rows);
        double variance = new SquaredError(error.sub(mean), 1, rows).loss(coder.rows());
        return variance > 0 ? settings.coefficient() / variance : 0;
    }

    private RaggedCodes codes(NDArray x, Encoder encoder, long[] dead) {
        NDManager manager = x.getManager();
        NDArray names = manager.create(padded(dead));
        Encoder named = encoder.of(names).scaled();
        int k = Math.min(most(x), dead.length);
        SparseCodes among = coder.selection().largest(x, named.weights(), named.bias(), dead.length, k);
        SparseCodes codesOfDead = new SparseCodes(
                names.get(among.latents().flatten()).reshape(among.latents().getShape()), among.values());
        RaggedCodes codes = coder.unscaled(coder.products().ragged(codesOfDead), encoder);
        return isOpenAi() ? coder.relu(codes) : codes;
    }

    /** The dead latents, the last repeated until a product has enough columns for bits that do not depend on threads. */
    private static long[] padded(long[] dead) {
        long[] padded = Arrays.copyOf(dead, Math.max(dead.length, StableProduct.LEAST_ROWS));
        Arrays.fill(padded, dead.length, padded.length, dead[dead.length - 1]);
        return padded;
    }

    /** The most latents to revive at once: the spec's, or d/2. */
    private int most(NDArray rows) {
        return settings.k() > 0
                ? settings.k()
                : Math.max(1, (int) rows.getShape().get(1) / 2);
    }

    private boolean isOpenAi() {
        return settings.normalisation().equals(OPENAI);
    }
}
