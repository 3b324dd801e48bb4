package dev.sluice.trainer.contract;

/**
 * Adam's constants.
 *
 * @param beta1 of the running mean of gradients
 * @param beta2 of the running mean of squared gradients
 * @param epsilon added to the root that an update is divided by
 * @param weightDecay share of a parameter that is added to its gradient, after clipping (L2, not decoupled)
 */
public record AdamSpec(double beta1, double beta2, double epsilon, double weightDecay) {
    /** Those of the paper, without decay. */
    public static final AdamSpec DEFAULT = new AdamSpec(0.9, 0.999, 1e-8, 0);
}
