package dev.sluice.evaluator.metric;

/**
 * Sums over scored positions of one run of a language model, all in float64; the original run is the one with every
 * activation as it is.
 *
 * @param positions n, each of which predicts the token after it
 * @param crossEntropy Σ -log q(next token), nats
 * @param kl Σ KL(p || q), nats, p the original run's prediction and q this one's
 * @param agreement positions at which both have their largest logit at one token
 */
public record RunSums(long positions, double crossEntropy, double kl, double agreement) {
    public static final RunSums ZERO = new RunSums(0, 0, 0, 0);

    public RunSums plus(RunSums other) {
        return new RunSums(
                positions + other.positions,
                crossEntropy + other.crossEntropy,
                kl + other.kl,
                agreement + other.agreement);
    }

    /** False if the predictions that were summed were not numbers: quotients of these sums would say nothing. */
    public boolean isFinite() {
        return Double.isFinite(crossEntropy) && Double.isFinite(kl);
    }
}
