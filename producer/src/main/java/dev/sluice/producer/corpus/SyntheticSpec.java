package dev.sluice.producer.corpus;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * What makes a synthetic stream. In JSON all members stand side by side.
 *
 * @param dictionary the true one
 * @param support which directions make a row
 * @param coefficients of the active directions
 * @param noise standard deviation of the Gaussian noise on each element
 * @param seed of everything random
 */
public record SyntheticSpec(
        @JsonUnwrapped Dictionary dictionary,
        @JsonUnwrapped Support support,
        @JsonUnwrapped Coefficients coefficients,
        double noise,
        long seed) {

    /**
     * Size of the true dictionary.
     *
     * @param dimension elements of a row, 1 to 65,536
     * @param directions atoms; at most 2^27 elements in all
     */
    public record Dictionary(int dimension, int directions) {}

    /**
     * How many directions are active in a row.
     *
     * @param active directions, exactly or, if {@code bernoulli}, on average
     * @param bernoulli whether each direction is active independently with probability active / directions
     */
    public record Support(int active, boolean bernoulli) {}

    /**
     * Ends of the uniform distribution of the coefficients.
     *
     * @param minCoefficient lower end, above 0
     * @param maxCoefficient upper end
     */
    public record Coefficients(double minCoefficient, double maxCoefficient) {}

    private static final int MAX_DIMENSION = 1 << 16;
    private static final long MAX_ELEMENTS = 1L << 27;

    public SyntheticSpec {
        int dimension = dictionary.dimension();
        int directions = dictionary.directions();
        int active = support.active();
        double minCoefficient = coefficients.minCoefficient();
        double maxCoefficient = coefficients.maxCoefficient();
        require(dimension >= 1 && dimension <= MAX_DIMENSION, "dimension", "1 to " + MAX_DIMENSION, dimension);
        require(
                directions >= 1 && (long) directions * dimension <= MAX_ELEMENTS,
                "directions",
                "at least 1, and at most " + MAX_ELEMENTS + " elements in all",
                directions);
        require(active >= 1 && active <= directions, "active", "1 to directions", active);
        require(
                minCoefficient > 0 && Double.isFinite(minCoefficient),
                "minCoefficient",
                "finite and above 0",
                minCoefficient);
        require(
                maxCoefficient >= minCoefficient && Double.isFinite(maxCoefficient),
                "maxCoefficient",
                "finite and at least minCoefficient",
                maxCoefficient);
        require(noise >= 0 && Double.isFinite(noise), "noise", "finite and at least 0", noise);
    }

    public int dimension() {
        return dictionary.dimension();
    }

    public int directions() {
        return dictionary.directions();
    }

    private static void require(boolean holds, String field, String rule, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("synthetic." + field + " must be " + rule + ", got " + found);
        }
    }
}
