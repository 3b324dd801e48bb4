package dev.sluice.trainer.kernel;

import dev.sluice.trainer.contract.TrainingSpec;

/**
 * The learning rate over the training, counted in tokens against the spec's horizon: a linear warm-up, then constant,
 * with a linear decay to 0 at the end, or along half a cosine to a tenth (SAELens's {@code cosineannealing}).
 *
 * @param shape {@link #CONSTANT}, {@link #LINEAR} or {@link #COSINE}
 * @param horizon tokens T
 * @param warmUp share of T
 * @param decay share of T, at its end; of the linear shape
 */
public record Schedule(String shape, long horizon, double warmUp, double decay) {
    public static final String CONSTANT = "constant";
    public static final String LINEAR = "linear";
    public static final String COSINE = "cosine";

    /** What the cosine ends at. */
    private static final double LEAST = 0.1;

    public static Schedule of(TrainingSpec training) {
        return new Schedule(training.schedule(), training.tokens(), training.warmUp(), training.decay());
    }

    /**
     * The factor of a batch of {@code rows} after {@code tokens}: min(1, (tokens + rows) / warm-up tokens) times, if it
     * is linear, min(1, (T - tokens) / decay tokens), so that neither the first nor the last batch is lost; 0 from T on
     * if it decays.
     */
    public double factor(long tokens, int rows) {
        double rise = ramp(tokens + rows, warmUp * horizon);
        return switch (shape) {
            case CONSTANT -> rise;
            case COSINE -> rise * cosine(tokens);
            default -> rise * ramp(horizon - tokens, decay * horizon);
        };
    }

    private double cosine(long tokens) {
        double start = warmUp * horizon;
        double passed = Math.max(0, Math.min(1, (tokens - start) / (horizon - start)));
        return LEAST + (1 - LEAST) * (1 + StrictMath.cos(StrictMath.PI * passed)) / 2;
    }

    /** The factor of a coefficient that rises over {@code share} of the horizon. */
    public static double rise(long tokens, int rows, double share, long horizon) {
        return ramp(tokens + rows, share * horizon);
    }

    private static double ramp(long passed, double length) {
        return length > 0 ? Math.max(0, Math.min(1, passed / length)) : 1;
    }
}
