package dev.sluice.producer.model;

/** How predictions of the next token differ from the original ones; by sequence and position. */
public final class Comparison {
    private final float[][] nll;
    private final float[][] kl;
    private final float[][] agreement;

    Comparison(float[][] nll, float[][] kl, float[][] agreement) {
        this.nll = nll;
        this.kl = kl;
        this.agreement = agreement;
    }

    /** As {@link Predictions#nll()}: one value fewer than a sequence has tokens, in nats. */
    public float[][] nll() {
        return nll;
    }

    /** {@code KL(original || these) = sum over tokens of p (log p - log q)}, p the original, in nats. */
    public float[][] kl() {
        return kl;
    }

    /** 1 where both have their largest logit at the same token, else 0. */
    public float[][] agreement() {
        return agreement;
    }
}
