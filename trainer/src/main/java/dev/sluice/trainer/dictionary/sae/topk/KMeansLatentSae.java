package dev.sluice.trainer.dictionary.sae.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Codes;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.DenseCodes;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.kmeans.CodeCentroids;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.Losses;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SparseCoder;
import dev.sluice.trainer.dictionary.sae.SquaredError;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.kernel.CoderGradients;
import dev.sluice.trainer.kernel.SparseCodes;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SAE whose latent space is held to K-means centroids: f = TopK_k(ReLU((x - b_dec) W_encᵀ + b_enc)), q the nearest of m
 * centroids of codes, x̂ = q W_dec + b_dec, loss ⟨‖x̂ - x‖²⟩ + β ⟨‖f - sg q‖²⟩. The gradient by q is passed straight
 * through to f. Until the centroids are seeded by the first codes q is f, and the SAE a TopK one.
 *
 * <p>This is VQ-VAE's bottleneck with minibatch K-means for its codebook, in the simplest form that deserves the name
 * (MATHEMATICS.md, "K-means latent"):
 *
 * <ul>
 *   <li>One centroid stands for the whole code, not for a part of it, so L0 is that of the centroid.
 *   <li>Centroids are means of codes and have no gradient; the loss moves encoder and decoder only.
 *   <li>β, VQ-VAE's commitment, is what holds f to them: passed straight through, the loss by itself does not see how
 *       far f is from q.
 *   <li>The decoder's rows have norm 1: with free norms the same x̂ has codes of any scale, and nearness of codes would
 *       say nothing of nearness of reconstructions.
 *   <li>Codes are TopK's, which bound L0 before there are centroids without a penalty of their own.
 * </ul>
 *
 * @see <a href="https://arxiv.org/abs/1711.00937">van den Oord et al. 2017, VQ-VAE</a>
 */
public final class KMeansLatentSae implements Sae<KMeansLatentSae.Held> {
    private final KMeansLatent spec;
    private final Parameters parameters;
    private final SparseCoder coder;
    private final KMeansLatentProgram program;
    private final CodeCentroids centroids;

    /** @param centroids closed with this */
    public KMeansLatentSae(NDManager manager, Parameters parameters, KMeansLatent spec, CodeCentroids centroids) {
        this.spec = spec;
        this.parameters = parameters;
        this.coder = new SparseCoder(manager, parameters, false, false);
        this.program = new KMeansLatentProgram(manager, coder);
        this.centroids = centroids;
    }

    /** A batch's codes, free and held. Not a record, since it has an array. */
    static final class Held implements Activations {
        private final NDArray f;
        private final NDArray q;
        private final int @Nullable [] labels;
        private final NDArray centred;
        private final NDArray reconstructed;
        private final NDArray peaks;

        /**
         * @param f [rows, n]
         * @param q what it is held to, [rows, n]
         * @param labels centroids that q is of, null where q is f
         * @param centred x - b_dec
         * @param peaks largest value of each latent of f, [n]
         */
        private Held(
                NDArray f, NDArray q, int @Nullable [] labels, NDArray centred, NDArray reconstructed, NDArray peaks) {
            this.f = f;
            this.q = q;
            this.labels = labels;
            this.centred = centred;
            this.reconstructed = reconstructed;
            this.peaks = peaks;
        }

        /** x̂ is made of q, so that is what its codes are. */
        @Override
        public Codes codes(int rows) {
            return CsrCodes.ofDense(q.toFloatArray(), rows, (int) q.getShape().get(1));
        }

        @Override
        public NDArray reconstructed() {
            return reconstructed;
        }

        /** By f: a latent that no row selects gets no gradient, whatever is left of it in centroids. */
        @Override
        public BitSet fired() {
            return DenseCodes.fired(peaks);
        }
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public long learnedNumbers() {
        return parameters.count() + (long) spec.centroids() * spec.latents();
    }

    @Override
    public Held activate(NDArray x) {
        NDArray centred = coder.centred(x);
        SparseCodes selected = coder.largest(centred, coder.encoder(), spec.k());
        NDArray f = program.dense(selected);
        int[] labels = centroids.areSeeded() ? centroids.nearest(f) : null;
        NDArray q = labels == null ? f : centroids.of(labels);
        NDArray reconstructed = program.decode(q);
        return new Held(f, q, labels, centred, reconstructed, program.peaks(f));
    }

    @Override
    public Gradients gradients(NDArray x, Held held, Progress progress) {
        int count = progress.rows();
        SquaredError error = SquaredError.of(held.reconstructed, x, count);
        SquaredError apart = SquaredError.of(held.f, held.q, count);
        NDArray upstream = error.gradient();
        CoderGradients weights =
                program.gradients(held.centred, upstream, held.f, held.q, 2 * spec.commitment() / count);
        NDArray bias = coder.rows().columnSums(upstream).sub(weights.input());
        return new Gradients(
                List.of(weights.encoder(), weights.encoderBias(), weights.decoder(), bias),
                new Losses()
                        .with("sse", error.loss(coder.rows()))
                        .with("commitment", spec.commitment() * apart.loss(coder.rows()))
                        .withTotal());
    }

    @Override
    public void advance(Held held, Progress progress) {
        if (held.labels == null) {
            centroids.gather(held.f);
        } else {
            centroids.move(held.f, held.labels);
        }
    }

    @Override
    public void save(StateSink out) {
        centroids.save(out);
    }

    @Override
    public void restore(StateSource state) {
        centroids.restore(state);
    }

    @Override
    public void close() {
        centroids.close();
        program.close();
        coder.close();
    }
}
