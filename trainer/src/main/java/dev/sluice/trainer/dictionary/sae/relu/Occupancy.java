package dev.sluice.trainer.dictionary.sae.relu;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;

/**
 * How many codes a row of the last learned batch had, which decides how the next one is computed: so the way is a
 * function of state and rows, and a restored SAE takes the one that an uninterrupted one would. State; SAEs saved before
 * there was a choice start dense.
 */
final class Occupancy {
    private static final String STATE = "codes-per-row";

    /** A cautious guess: where the sparse way stops being cheaper was not measured. */
    private static final int LATENTS_PER_CODE = 64;

    /** How far above the limit a batch may come before it is done dense. */
    private static final int SLACK = 2;

    private final int latents;
    private double codesPerRow;

    Occupancy(int latents) {
        this.latents = latents;
        this.codesPerRow = latents;
    }

    /** The most codes per row, of any block of rows or of the batch, that the sparse way takes. */
    int most() {
        return SLACK * limit();
    }

    private int limit() {
        return Math.max(1, latents / LATENTS_PER_CODE);
    }

    boolean isSparse() {
        return codesPerRow <= limit();
    }

    void set(double mean) {
        codesPerRow = mean;
    }

    void save(StateSink out) {
        out.doubles(STATE, new double[] {codesPerRow});
    }

    void restore(StateSource state) {
        codesPerRow = state.has(STATE) ? state.doubles(STATE)[0] : latents;
    }
}
