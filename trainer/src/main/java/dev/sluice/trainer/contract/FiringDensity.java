package dev.sluice.trainer.contract;

import java.util.Arrays;
import java.util.List;

/**
 * How often latents fire: for each of {@link #RATES} the number of latents that are active on at most that share of the
 * rows. Rates below one row in all only hold the silent ones.
 *
 * @param latents as many as there are rates; never falls
 */
public record FiringDensity(List<Long> latents) {
    /** Shares of rows, ascending, two for each decade. */
    public static final List<Double> RATES =
            List.of(1e-7, 3e-7, 1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0);

    /**
     * @param firings rows on which each latent was active
     * @param rows in all
     */
    public static FiringDensity of(long[] firings, long rows) {
        return new FiringDensity(RATES.stream()
                .map(rate -> Arrays.stream(firings)
                        .filter(fired -> (double) fired / rows <= rate)
                        .count())
                .toList());
    }
}
