package dev.sluice.trainer.dictionary.sae;

import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Key;

/** Keys that several kinds of SAE have. */
public final class SaeKeys {
    private static final String TOKENS = "tokens";

    private SaeKeys() {}

    /** What the page says of an SAE. */
    public static Descriptor.Title title(String label, String text) {
        return new Descriptor.Title("sae", label, text);
    }

    public static Key latents() {
        return Key.integer("latents", 1024).atLeast(1).letter("n").inForm().text("number of latents");
    }

    public static Key k(String text) {
        return Key.integer("k", 16)
                .atLeast(1)
                .notAbove("latents")
                .unit("latents per token")
                .inForm()
                .text(text);
    }

    /** AuxK's keys, and after how long it takes a latent for dead. */
    public static Key[] aux() {
        return new Key[] {
            Key.number("aux-coefficient", 1).text("weight of AuxK; 0 switches it off"),
            Key.integer("aux-k", 0)
                    .atLeast(0)
                    .unit("latents")
                    .text("latents that AuxK revives at once; 0 for half the stream's width"),
            Key.word("aux-normalisation", AuxK.SAELENS, AuxK.OPENAI, AuxK.SAELENS)
                    .text("of AuxK's loss"),
            deadTokens()
        };
    }

    public static Key deadTokens() {
        return Key.whole("dead-tokens", 0L)
                .atLeast(0)
                .unit(TOKENS)
                .text("a latent silent for this long is dead; 0 for the smaller of 10 M tokens and 200 batches");
    }

    public static Key rescaleByDecoderNorm() {
        return Key.flag("rescale-by-decoder-norm", true).text("select by pre-activation times decoder norm");
    }

    /** @param absent {@code free} or {@code unit} */
    public static Key decoderNorm(String absent) {
        return Key.word("decoder-norm", absent, SaeRules.FREE, SaeRules.UNIT)
                .text("of each latent; `unit` projects the gradient");
    }

    public static Key resampleTokens() {
        return Key.whole("resample-tokens", 0L)
                .atLeast(0)
                .unit(TOKENS)
                .text("distance of resamplings of latents that were silent for half as long; 0 for none");
    }

    /** Share of the training over which the weight of a penalty rises. */
    public static Key warmUp(String name, double absent) {
        return Key.share(name, absent).unit("of training.tokens").text("the coefficient rises linearly from 0");
    }
}
