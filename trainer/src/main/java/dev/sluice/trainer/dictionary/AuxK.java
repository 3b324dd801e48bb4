package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.kernel.Rows;
import dev.sluice.trainer.kernel.SparseCodes;
import dev.sluice.trainer.kernel.SparseProducts;
import dev.sluice.trainer.kernel.Sums;
import dev.sluice.trainer.kernel.TopKSelection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * AuxK: the dead latents with the largest pre-activations are to predict what the living ones leave, r = sg(x - x̂), by
 * ê = Σ a_j w_j (dictionary-maths 2.2). {@code saelens}: a = pre, weight min(dead / k_aux, 1), by sum of squares.
 * {@code openai} (and dictionary_learning): a = ReLU(pre), divided by ⟨‖r - ⟨r⟩‖²⟩.
 */
final class AuxK {
    static final String SAELENS = "saelens";
    static final String OPENAI = "openai";

    private final DictionarySpec.TopK spec;
    private final boolean withBias;
    private final TopKSae sae;

    AuxK(DictionarySpec.TopK spec, boolean withBias, TopKSae sae) {
        this.spec = spec;
        this.withBias = withBias;
        this.sae = sae;
    }

    /**
     * The loss, times its coefficient, and what its gradients need.
     *
     * @param biasGradient of b_dec by ê, or null if ê has no bias
     */
    record Term(
            double loss, SparseProducts.Use use, @Nullable NDArray biasGradient) {
        NDArray addBiasGradient(NDArray other) {
            return biasGradient == null ? other : other.add(biasGradient);
        }
    }

    /**
     * @param error x̂ - x
     * @param dead latents, ascending
     * @return null if there is nothing to revive or to predict
     */
    @Nullable
    Term term(TopKSae.Selected selected, NDArray error, long[] dead) {
        if (dead.length == 0 || spec.auxCoefficient() == 0) {
            return null;
        }
        int rows = (int) error.getShape().get(0);
        double weight = weight(error, dead.length, rows);
        if (!(weight > 0)) {
            return null;
        }
        SparseCodes codes = codes(selected, dead);
        NDArray predicted = sae.decode(codes);
        NDArray miss = (withBias ? predicted.add(sae.decoderBias()) : predicted).add(error);
        NDArray upstream = miss.mul(2 * weight / rows);
        NDArray slopes = isOpenAi() ? sae.slopes(codes) : codes.values().onesLike();
        return new Term(
                weight * Sums.of(sae.rows().squaredNorms(miss)) / rows,
                new SparseProducts.Use(upstream, codes, slopes),
                withBias ? sae.rows().columnSums(upstream) : null);
    }

    private double weight(NDArray error, int dead, int rows) {
        if (!isOpenAi()) {
            return spec.auxCoefficient() * Math.min((double) dead / most(error), 1);
        }
        NDArray mean = sae.rows().columnSums(error).div(rows);
        double variance = Sums.of(sae.rows().squaredNorms(error.sub(mean))) / rows;
        return variance > 0 ? spec.auxCoefficient() / variance : 0;
    }

    private SparseCodes codes(TopKSae.Selected selected, long[] dead) {
        NDArray x = selected.centred();
        TopKSae.Encoder encoder = selected.encoder();
        NDManager manager = x.getManager();
        NDArray names = manager.create(padded(dead));
        NDArray weights = encoder.weights().get(names);
        NDArray bias = encoder.bias().get(names);
        int k = Math.min(most(x), dead.length);
        NDArray buffer = TopKSelection.buffer(manager, (int) names.size());
        SparseCodes among = sae.selection().largest(x, weights, bias, dead.length, k, buffer);
        SparseCodes named = new SparseCodes(
                names.get(among.latents().flatten()).reshape(among.latents().getShape()), among.values());
        SparseCodes codes = sae.unscaled(named, encoder);
        return isOpenAi() ? sae.relu(codes) : codes;
    }

    /** The dead latents, the last repeated until a product has enough columns for bits that do not depend on threads. */
    private static long[] padded(long[] dead) {
        long[] padded = Arrays.copyOf(dead, Math.max(dead.length, Rows.LEAST));
        Arrays.fill(padded, dead.length, padded.length, dead[dead.length - 1]);
        return padded;
    }

    /** The most latents to revive at once: the spec's, or d/2. */
    private int most(NDArray rows) {
        return spec.auxK() > 0 ? spec.auxK() : Math.max(1, (int) rows.getShape().get(1) / 2);
    }

    private boolean isOpenAi() {
        return spec.auxNormalisation().equals(OPENAI);
    }
}
