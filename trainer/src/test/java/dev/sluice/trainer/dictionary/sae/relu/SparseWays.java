package dev.sluice.trainer.dictionary.sae.relu;

import ai.djl.ndarray.NDManager;

/** The sparse way of each SAE that has one. */
public final class SparseWays {
    private SparseWays() {}

    public static SparseWay of(NDManager manager, DenseSae<?> sae) {
        if (sae instanceof StandardSae standard) {
            return new SparseStandard(manager, standard);
        }
        if (sae instanceof PAnnealSae annealed) {
            return new PAnnealSae.Sparse(manager, annealed);
        }
        return sae instanceof GatedSae gated
                ? new SparseGated(manager, gated)
                : new SparseJumpRelu(manager, (JumpReluSae) sae);
    }
}
