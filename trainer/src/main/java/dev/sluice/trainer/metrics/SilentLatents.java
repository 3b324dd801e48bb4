package dev.sluice.trainer.metrics;

import dev.sluice.trainer.contract.LatentSet;

/** Tokens since each latent last fired, for a metric only: not state, it begins anew with the process. */
final class SilentLatents {
    private static final long LONGEST_WINDOW = 10_000_000;
    private static final long WINDOW_BATCHES = 200;

    private final long[] silent;

    SilentLatents(int latents) {
        this.silent = new long[latents];
    }

    int size() {
        return silent.length;
    }

    void count(LatentSet fired, long tokens) {
        for (int latent = 0; latent < silent.length; latent++) {
            silent[latent] = fired.contains(latent) ? 0 : silent[latent] + tokens;
        }
    }

    /** Latents silent for 10 M tokens, or for 200 batches if that is less (MATHEMATICS.md, "Dead latents"). */
    long dead(long batchTokens) {
        long window = Math.min(LONGEST_WINDOW, WINDOW_BATCHES * batchTokens);
        long dead = 0;
        for (long tokens : silent) {
            dead += tokens >= window ? 1 : 0;
        }
        return dead;
    }
}
