package dev.sluice.trainer.dictionary.sae;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import java.util.Arrays;
import java.util.BitSet;

/** Tokens since each latent last fired, counted by whole batches. State. */
public final class DeadLatents {
    private static final String STATE = "silent-tokens";
    private static final long LONGEST_DEFAULT = 10_000_000;
    private static final int DEFAULT_BATCHES = 200;

    private final long window;
    private final long[] silent;

    /** @param window a latent that did not fire in so many tokens, its last batch not counted, is dead */
    public DeadLatents(int latents, long window) {
        this.silent = new long[latents];
        this.window = window;
    }

    /**
     * The window of a spec: 0 stands for the smaller of 10 M tokens and 200 batches (MATHEMATICS.md, "Dead latents").
     */
    static long window(long specified, int batchTokens) {
        return specified > 0 ? specified : Math.min(LONGEST_DEFAULT, (long) DEFAULT_BATCHES * batchTokens);
    }

    public void count(BitSet fired, int rows) {
        for (int latent = 0; latent < silent.length; latent++) {
            silent[latent] = fired.get(latent) ? 0 : silent[latent] + rows;
        }
    }

    /** Lets these count as if they had just fired. */
    public void revive(BitSet latents) {
        latents.stream().forEach(latent -> silent[latent] = 0);
    }

    /** The dead latents, ascending. */
    public long[] dead() {
        long[] dead = new long[silent.length];
        int count = 0;
        for (int latent = 0; latent < silent.length; latent++) {
            if (silent[latent] >= window) {
                dead[count++] = latent;
            }
        }
        return Arrays.copyOf(dead, count);
    }

    void save(StateSink out) {
        out.longs(STATE, silent);
    }

    void restore(StateSource state) {
        long[] saved = state.longs(STATE);
        if (saved.length != silent.length) {
            throw new IllegalArgumentException(
                    STATE + " must have one counter per latent, " + silent.length + ", got " + saved.length);
        }
        System.arraycopy(saved, 0, silent, 0, silent.length);
    }
}
