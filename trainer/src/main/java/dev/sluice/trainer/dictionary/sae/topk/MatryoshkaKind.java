package dev.sluice.trainer.dictionary.sae.topk;

import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.dictionary.Key;
import dev.sluice.trainer.dictionary.Violations;
import dev.sluice.trainer.dictionary.sae.SaeKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Matryoshka SAEs over BatchTopK. */
public final class MatryoshkaKind extends BatchSelectingKind<MatryoshkaKind.Matryoshka> {
    /** Each one is another reconstruction of the batch. */
    private static final int MOST_PREFIXES = 64;

    /**
     * Matryoshka SAE (Bussmann et al. 2025) over BatchTopK: every prefix of the latents is to reconstruct on its own.
     *
     * @param latents n
     * @param k active latents per token, on average over a batch; at most n
     * @param prefixes widths below n, ascending; empty for a 16th, an 8th, a quarter and a half of n
     * @param prefixWeight of the squared error of each of these prefixes, beside 1 of the whole's; 1 is SAELens's
     * @param auxCoefficient as of {@link TopKKind.TopK}, like all that follow
     */
    public record Matryoshka(
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
            implements DictionarySpec, BatchSelectingKind.Spec {
        /** With these values by key, and the defaults of the other keys. */
        public static Matryoshka of(Map<String, Object> values) {
            return new MatryoshkaKind().descriptor().spec(values);
        }

        @Override
        public String kind() {
            return "matryoshka";
        }
    }

    public MatryoshkaKind() {
        super(
                "matryoshka",
                Matryoshka.class,
                SaeKeys.title("Matryoshka", "BatchTopK of which every prefix reconstructs on its own"),
                Key.integers("prefixes", List.of())
                        .unit("latents")
                        .text("widths below `latents`, ascending; [] for a 16th, an 8th, a quarter and a half"),
                Key.number("prefix-weight", 1)
                        .text("weight of the squared error of each prefix; 0.07 costs little, 1 is SAELens's"));
    }

    @Override
    public void check(Violations violations, Matryoshka spec, TrainingSpec training, int width) {
        super.check(violations, spec, training, width);
        int least = 1;
        for (int prefix : spec.prefixes()) {
            violations.require(
                    prefix >= least && prefix < spec.latents(),
                    "dictionary.prefixes",
                    "ascending, positive and below dictionary.latents " + spec.latents(),
                    spec.prefixes());
            least = Math.max(least, prefix) + 1;
        }
        violations.require(
                spec.prefixes().size() <= MOST_PREFIXES,
                "dictionary.prefixes",
                "at most " + MOST_PREFIXES,
                spec.prefixes().size());
    }

    @Override
    BatchTopKSae.Prefixes prefixes(Matryoshka spec) {
        return new BatchTopKSae.Prefixes(widths(spec), spec.prefixWeight());
    }

    /** The prefixes and the whole; without any, a 16th, an 8th, a quarter and a half of the latents as prefixes. */
    static List<Integer> widths(Matryoshka spec) {
        List<Integer> widths = new ArrayList<>(spec.prefixes());
        if (widths.isEmpty()) {
            for (int part = 16; part > 1; part /= 2) {
                int width = spec.latents() / part;
                if (width > (widths.isEmpty() ? 0 : widths.get(widths.size() - 1))) {
                    widths.add(width);
                }
            }
        }
        widths.add(spec.latents());
        return widths;
    }
}
