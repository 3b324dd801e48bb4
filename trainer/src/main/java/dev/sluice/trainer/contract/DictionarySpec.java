package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What a variant learns. Each kind has one record here and one class in {@code trainer.dictionary}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DictionarySpec.TopK.class, name = "topk"),
    @JsonSubTypes.Type(value = DictionarySpec.BatchTopK.class, name = "batch-topk"),
    @JsonSubTypes.Type(value = DictionarySpec.Matryoshka.class, name = "matryoshka"),
    @JsonSubTypes.Type(value = DictionarySpec.JumpRelu.class, name = "jump-relu"),
    @JsonSubTypes.Type(value = DictionarySpec.Gated.class, name = "gated"),
    @JsonSubTypes.Type(value = DictionarySpec.PAnneal.class, name = "p-anneal"),
    @JsonSubTypes.Type(value = DictionarySpec.Standard.class, name = "standard"),
    @JsonSubTypes.Type(value = DictionarySpec.KMeansLatent.class, name = "kmeans-latent"),
    @JsonSubTypes.Type(value = DictionarySpec.Imported.class, name = "imported"),
    @JsonSubTypes.Type(value = DictionarySpec.KMeans.class, name = "kmeans"),
    @JsonSubTypes.Type(value = DictionarySpec.Pca.class, name = "pca"),
    @JsonSubTypes.Type(value = DictionarySpec.Random.class, name = "random"),
    @JsonSubTypes.Type(value = DictionarySpec.TokenMean.class, name = "token-mean")
})
public sealed interface DictionarySpec {

    /** The name users write, as in the list above. */
    @JsonIgnore
    String kind();

    /**
     * TopK SAE (Gao et al. 2024) with AuxK.
     *
     * @param latents n
     * @param k active latents per token, at most n
     * @param auxCoefficient weight of AuxK, 0 switches it off
     * @param auxK latents that AuxK revives at once, 0 for d/2
     * @param auxNormalisation {@code saelens} or {@code openai}
     * @param deadTokens a latent silent for this long is dead; 0 for the smaller of 10 M tokens and 200 batches
     * @param rescaleByDecoderNorm select on pre-activation times decoder norm, as SAELens trains
     * @param decoderNorm {@code free} or {@code unit}
     * @param multiTopk weight of Multi-TopK, the squared error that 4 k latents leave; 0 switches it off, sparsify has 1/8
     * @param candidates what selects the latents: {@code float32}, the product of the encoder; {@code bfloat16}, a product
     *     that rules out most of them before the others' inner products are computed; or {@code auto}, the latter from
     *     8,192 latents on; a GPU has float32 whatever this says
     */
    record TopK(
            int latents,
            int k,
            double auxCoefficient,
            int auxK,
            String auxNormalisation,
            long deadTokens,
            boolean rescaleByDecoderNorm,
            String decoderNorm,
            double multiTopk,
            String candidates)
            implements DictionarySpec {
        public static final String AUTO = "auto";
        public static final String FLOAT32 = "float32";
        public static final String BFLOAT16 = "bfloat16";
        public static final Set<String> CANDIDATES = Set.of(AUTO, FLOAT32, BFLOAT16);

        /** Specs from before there was a choice select by float32. */
        public TopK {
            candidates = Objects.requireNonNullElse(candidates, FLOAT32);
        }

        /** With candidates by the number of latents. */
        public TopK(
                int latents,
                int k,
                double auxCoefficient,
                int auxK,
                String auxNormalisation,
                long deadTokens,
                boolean rescaleByDecoderNorm,
                String decoderNorm,
                double multiTopk) {
            this(
                    latents,
                    k,
                    auxCoefficient,
                    auxK,
                    auxNormalisation,
                    deadTokens,
                    rescaleByDecoderNorm,
                    decoderNorm,
                    multiTopk,
                    AUTO);
        }

        /** Without Multi-TopK. */
        public TopK(
                int latents,
                int k,
                double auxCoefficient,
                int auxK,
                String auxNormalisation,
                long deadTokens,
                boolean rescaleByDecoderNorm,
                String decoderNorm) {
            this(latents, k, auxCoefficient, auxK, auxNormalisation, deadTokens, rescaleByDecoderNorm, decoderNorm, 0);
        }

        @Override
        public String kind() {
            return "topk";
        }
    }

    /**
     * BatchTopK SAE (Bussmann et al. 2024): trained on the k B largest codes of a batch of B rows, inferred as JumpReLU
     * with an estimated threshold.
     *
     * @param latents n
     * @param k active latents per token, on average over a batch; at most n
     * @param auxCoefficient as of {@link TopK}, like all that follow
     */
    record BatchTopK(
            int latents,
            int k,
            double auxCoefficient,
            int auxK,
            String auxNormalisation,
            long deadTokens,
            boolean rescaleByDecoderNorm,
            String decoderNorm)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "batch-topk";
        }
    }

    /**
     * Matryoshka SAE (Bussmann et al. 2025) over BatchTopK: every prefix of the latents is to reconstruct on its own.
     *
     * @param latents n
     * @param k active latents per token, on average over a batch; at most n
     * @param prefixes widths below n, ascending; empty for a 16th, an 8th, a quarter and a half of n
     * @param prefixWeight of the squared error of each of these prefixes, beside 1 of the whole's; 1 is SAELens's
     * @param auxCoefficient as of {@link TopK}, like all that follow
     */
    record Matryoshka(
            int latents,
            int k,
            List<Integer> prefixes,
            double prefixWeight,
            double auxCoefficient,
            int auxK,
            String auxNormalisation,
            long deadTokens,
            boolean rescaleByDecoderNorm,
            String decoderNorm)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "matryoshka";
        }
    }

    /**
     * JumpReLU SAE (Rajamanoharan et al. 2024): a latent fires above a threshold of its own, which is learned.
     *
     * @param latents n
     * @param sparsityLoss {@code l0}, {@code tanh} or {@code target-l0}
     * @param l0Coefficient λ of that loss
     * @param l0WarmUp share of training tokens over which it rises linearly from 0
     * @param l0Target of {@code target-l0}: mean active latents per token
     * @param bandwidth ε of the kernel by which thresholds learn, in the units of the normalised input
     * @param initialThreshold in the same units
     * @param tanhScale of {@code tanh}
     * @param preActCoefficient of the loss that lifts what dead latents fall short of their thresholds; 0 for none
     * @param deadTokens as of {@link TopK}
     * @param decoderNorm {@code free} or {@code unit}
     */
    record JumpRelu(
            int latents,
            String sparsityLoss,
            double l0Coefficient,
            double l0WarmUp,
            double l0Target,
            double bandwidth,
            double initialThreshold,
            double tanhScale,
            double preActCoefficient,
            long deadTokens,
            String decoderNorm)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "jump-relu";
        }
    }

    /**
     * Gated SAE (Rajamanoharan et al. 2024): which latents fire and how strongly are told apart.
     *
     * @param latents n
     * @param l1Coefficient of the penalty on the gate, in the units of the normalised input
     * @param l1WarmUp share of training tokens over which it rises linearly from 0
     * @param decoderNorm {@code free} (the penalty weighs latents by their decoder norm) or {@code unit}
     */
    record Gated(int latents, double l1Coefficient, double l1WarmUp, String decoderNorm) implements DictionarySpec {
        @Override
        public String kind() {
            return "gated";
        }
    }

    /**
     * ReLU SAE whose penalty is annealed from L1 to a smaller power p (Karvonen et al. 2024).
     *
     * @param latents n
     * @param coefficient α at p = 1, in the units of the normalised input
     * @param coefficientWarmUp share of training tokens over which it rises linearly from 0
     * @param annealStart share of training tokens after which p falls
     * @param pEnd what it falls to
     * @param steps in which it falls
     * @param decoderNorm {@code free} (the penalty weighs latents by their decoder norm) or {@code unit}
     * @param resampleTokens as of {@link Standard}
     */
    record PAnneal(
            int latents,
            double coefficient,
            double coefficientWarmUp,
            double annealStart,
            double pEnd,
            int steps,
            String decoderNorm,
            long resampleTokens)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "p-anneal";
        }
    }

    /**
     * ReLU SAE with an L1 penalty.
     *
     * @param latents n
     * @param l1Coefficient of the penalty, in the units of the normalised input
     * @param l1WarmUp share of training tokens over which it rises linearly from 0
     * @param decoderNorm {@code free} or {@code unit}
     * @param centreInput subtract b_dec from the input (SAELens: apply_b_dec_to_input)
     * @param penaltyWeight what the penalty weighs latents by if decoder norms are free: {@code decoder-norm} or {@code
     *     none}
     * @param resampleTokens distance of resamplings of latents that were silent for half as long; 0 for none
     */
    record Standard(
            int latents,
            double l1Coefficient,
            double l1WarmUp,
            String decoderNorm,
            boolean centreInput,
            String penaltyWeight,
            long resampleTokens)
            implements DictionarySpec {
        /** Specs from before there was a choice weigh by the decoder's norm. */
        public Standard {
            penaltyWeight = Objects.requireNonNullElse(penaltyWeight, "decoder-norm");
        }

        /** Weighs by the decoder's norm, without resampling. */
        public Standard(int latents, double l1Coefficient, double l1WarmUp, String decoderNorm, boolean centreInput) {
            this(latents, l1Coefficient, l1WarmUp, decoderNorm, centreInput, "decoder-norm", 0);
        }

        @Override
        public String kind() {
            return "standard";
        }
    }

    /**
     * TopK SAE whose codes are held to K-means centroids, straight-through, as VQ-VAE's are to its codebook.
     *
     * @param latents n
     * @param k active latents per token of the code that is held, at most n; centroids, being means, have more
     * @param centroids m
     * @param commitment β of the squared distance of codes from their centroids; 0 for none
     * @param initRows codes that place the first centroids; 0 for 3 m
     * @param halfLifeTokens after which a code weighs half in its centroid; 0 for never
     */
    record KMeansLatent(int latents, int k, int centroids, double commitment, int initRows, long halfLifeTokens)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "kmeans-latent";
        }
    }

    /**
     * An SAE of another library, which is measured and never learns. Its weights are in its checkpoint of step 0.
     *
     * @param latents n
     * @param architecture {@code standard}, {@code topk}, {@code jump-relu} or {@code gated}
     * @param k latents per token of {@code topk}, else 0
     * @param centreInput whether the encoder sees x - b_dec
     * @param normalisation of each row: {@code none}, {@code layer-norm} or {@code constant-norm-rescale}
     * @param centredRows whether the mean of each row is taken away before and added again after
     * @param sha256 of the weights
     */
    record Imported(
            int latents,
            String architecture,
            int k,
            boolean centreInput,
            String normalisation,
            boolean centredRows,
            String sha256)
            implements DictionarySpec {
        @Override
        public String kind() {
            return "imported";
        }
    }

    /**
     * Minibatch K-means.
     *
     * @param latents K, the number of centres; with {@code token-means} the size of the vocabulary
     * @param initRows rows that place the first centres; 0 for 3 K
     * @param seeding {@code greedy} (k-means++), or {@code token-means}: centre v begins as the mean of token id v
     * @param halfLifeTokens after which a row weighs half in its centre; 0 for never
     * @param splitTokens from one splitting of dead centres to the next; 0 for scikit-learn's reassignment if the seeding
     *     is greedy, else for 10 per centre
     */
    record KMeans(int latents, int initRows, String seeding, long halfLifeTokens, long splitTokens)
            implements DictionarySpec {
        public static final String GREEDY = "greedy";
        public static final String TOKEN_MEANS = "token-means";

        /** Specs from before there was a choice are greedy. */
        public KMeans {
            seeding = Objects.requireNonNullElse(seeding, GREEDY);
        }

        /** As scikit-learn's MiniBatchKMeans. */
        public KMeans(int latents, int initRows) {
            this(latents, initRows, GREEDY, 0, 0);
        }

        @Override
        public String kind() {
            return "kmeans";
        }
    }

    /**
     * PCA over one state, seen through several views.
     *
     * @param fixed numbers of leading directions to reconstruct by
     * @param perToken numbers of largest coefficients per token to reconstruct by
     * @param method {@code exact}, by the covariance of all rows, or {@code incremental}, as scikit-learn's
     *     IncrementalPCA
     * @param components directions that {@code incremental} keeps, 0 for the most that a view has
     * @param refresh share of the rows seen that must follow before {@code exact} computes its directions anew; 0 for
     *     every batch
     */
    record Pca(List<Integer> fixed, List<Integer> perToken, String method, int components, double refresh)
            implements DictionarySpec {
        public static final String EXACT = "exact";
        public static final String INCREMENTAL = "incremental";

        /** Specs from before there was a choice are exact. */
        public Pca {
            method = Objects.requireNonNullElse(method, EXACT);
        }

        /** Exact, with new directions for every batch. */
        public Pca(List<Integer> fixed, List<Integer> perToken) {
            this(fixed, perToken, EXACT, 0, 0);
        }

        @Override
        public String kind() {
            return "pca";
        }
    }

    /**
     * Random unit directions with least squares on the support.
     *
     * @param latents n
     * @param k directions per token, at most n and d
     */
    record Random(int latents, int k) implements DictionarySpec {
        @Override
        public String kind() {
            return "random";
        }
    }

    /**
     * The mean activation of each token id.
     *
     * @param latents ids that may have one, from 0: the size of the vocabulary
     */
    record TokenMean(int latents) implements DictionarySpec {
        @Override
        public String kind() {
            return "token-mean";
        }
    }
}
