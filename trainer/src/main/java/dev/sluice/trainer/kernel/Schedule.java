package dev.sluice.trainer.kernel;

import dev.sluice.trainer.contract.TrainingSpec;

/**
 * Linear warm-up, constant, linear decay to 0, counted in tokens against the spec's horizon.
 *
 * @param horizon tokens T
 * @param warmUp share of T
 * @param decay share of T, at its end
 */
public record Schedule(long horizon, double warmUp, double decay) {
    public static Schedule of(TrainingSpec training) {
        return new Schedule(training.tokens(), training.warmUp(), training.decay());
    }

    /**
     * The factor of a batch of {@code rows} after {@code tokens}: min(1, (tokens + rows) / warm-up tokens) times
     * min(1, (T - tokens) / decay tokens), so that neither the first nor the last batch is lost; 0 from T on if it
     * decays.
     */
    public double factor(long tokens, int rows) {
        double rise = ramp(tokens + rows, warmUp * horizon);
        double fall = ramp(horizon - tokens, decay * horizon);
        return rise * fall;
    }

    /** The factor of a coefficient that rises over {@code share} of the horizon. */
    public static double rise(long tokens, int rows, double share, long horizon) {
        return ramp(tokens + rows, share * horizon);
    }

    private static double ramp(long passed, double length) {
        return length > 0 ? Math.max(0, Math.min(1, passed / length)) : 1;
    }
}
