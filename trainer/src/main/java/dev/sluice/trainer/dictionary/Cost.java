package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.DictionarySpec.KMeans;
import dev.sluice.trainer.contract.DictionarySpec.Pca;
import dev.sluice.trainer.contract.DictionarySpec.Standard;
import dev.sluice.trainer.contract.DictionarySpec.TopK;

/**
 * What a dictionary costs, from its spec alone: nothing is allocated, and specs far too large to be trained have a cost
 * too. In double, since such products leave the range of a long.
 *
 * @param parameters numbers that are learned
 * @param parameterBytes of them; PCA keeps its covariance in float64, the others float32
 * @param momentBytes of Adam's two moments; 0 where no gradient descends
 * @param flopPerToken of learning one token, counting a multiplication and an addition as two
 */
public record Cost(double parameters, double parameterBytes, double momentBytes, double flopPerToken) {
    private static final int MOMENTS = 2;

    /** Encoding, decoding, and the gradients of codes, decoder and encoder: 2 d n each. */
    private static final int DENSE_PRODUCTS = 5;

    /** What is left of the last four after a top-k: 2 d k each. */
    private static final int SPARSE_PRODUCTS = 4;

    /** @param width d of the stream */
    public static Cost of(DictionarySpec dictionary, int width) {
        double d = width;
        if (dictionary instanceof TopK topK) {
            return sae(topK.latents(), d, 2 * d * topK.latents() + SPARSE_PRODUCTS * 2 * d * topK.k());
        }
        if (dictionary instanceof Standard standard) {
            return sae(standard.latents(), d, DENSE_PRODUCTS * 2 * d * standard.latents());
        }
        if (dictionary instanceof KMeans kMeans) {
            double centres = d * kMeans.latents();
            return new Cost(centres, centres * Float.BYTES, 0, 2 * centres + 2 * d);
        }
        Pca pca = (Pca) dictionary;
        double numbers = d * d + d;
        int views = pca.fixed().size() + pca.perToken().size();
        // The covariance, the coefficients, and a reconstruction per view.
        return new Cost(numbers, numbers * Double.BYTES, 0, (2 + views) * 2 * d * d);
    }

    private static Cost sae(double latents, double d, double flopPerToken) {
        double numbers = 2 * d * latents + latents + d;
        return new Cost(numbers, numbers * Float.BYTES, MOMENTS * numbers * Float.BYTES, flopPerToken);
    }

    /** While it is trained. */
    public double bytes() {
        return parameterBytes + momentBytes;
    }
}
