package dev.sluice.trainer.dictionary.sae.topk;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import java.util.Map;

/** BatchTopK SAEs. */
public final class BatchTopKKind extends BatchSelectingKind<BatchTopKKind.BatchTopK> {
    /**
     * BatchTopK SAE (Bussmann et al. 2024): trained on the k B largest codes of a batch of B rows, inferred as JumpReLU
     * with an estimated threshold.
     *
     * @param latents n
     * @param k active latents per token, on average over a batch; at most n
     * @param auxCoefficient as of {@link TopKKind.TopK}, like all that follow
     */
    public record BatchTopK(
            int latents,
            int k,
            double auxCoefficient,
            int auxK,
            String auxNormalisation,
            long deadTokens,
            boolean rescaleByDecoderNorm,
            String decoderNorm)
            implements DictionarySpec, BatchSelectingKind.Spec {
        /** With these values by key, and the defaults of the other keys. */
        public static BatchTopK of(Map<String, Object> values) {
            return new BatchTopKKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "batch-topk";
        }
    }

    public BatchTopKKind() {
        super("batch-topk", BatchTopK.class, SaeKeys.title("BatchTopK", "k latents per token on average over a batch"));
    }

    @Override
    BatchTopKSae.Prefixes prefixes(BatchTopK spec) {
        return BatchTopKSae.Prefixes.none(spec.latents());
    }
}
