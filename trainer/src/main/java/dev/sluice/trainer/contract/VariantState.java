package dev.sluice.trainer.contract;

import org.jspecify.annotations.Nullable;

/**
 * Where one generation of a variant is in its life. {@link #to} allows the legal steps only; finished and failed are
 * ends, after which only a replay, the next generation, begins anew.
 *
 * @param phase its name
 * @param reason why it failed, with field, value and rule; null unless it did
 */
public record VariantState(VariantPhase phase, @Nullable String reason) {
    public VariantState {
        if (phase.isFailed() != (reason != null)) {
            throw new IllegalArgumentException(
                    "a reason must be given exactly if a variant failed, got " + phase.wireName() + ", " + reason);
        }
    }

    /** A state of any phase but failed. */
    public static VariantState of(VariantPhase phase) {
        return new VariantState(phase, null);
    }

    /** @param reason for people, with field, value and rule */
    public static VariantState failed(String reason) {
        return new VariantState(VariantPhase.FAILED, reason);
    }

    /**
     * The next state, which may be this one again.
     *
     * @throws IllegalStateException if it may not follow this one
     */
    public VariantState to(VariantState state) {
        if (!equals(state) && !phase.next().contains(state.phase)) {
            throw new IllegalStateException(
                    "a variant that is " + phase.wireName() + " cannot become " + state.phase.wireName());
        }
        return state;
    }
}
