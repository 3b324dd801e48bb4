package dev.sluice.producer.corpus;

/**
 * What makes a synthetic stream.
 *
 * @param dimension elements of a row, 1 to 65,536
 * @param directions atoms of the true dictionary; at most 2^27 elements in all
 * @param active directions in a row, exactly or, if {@code bernoulli}, on average
 * @param bernoulli whether each direction is active independently with probability active / directions
 * @param minCoefficient lower end of the uniform coefficients, above 0
 * @param maxCoefficient upper end of the uniform coefficients
 * @param noise standard deviation of the Gaussian noise on each element
 * @param seed of everything random
 */
public record SyntheticSpec(
        int dimension,
        int directions,
        int active,
        boolean bernoulli,
        double minCoefficient,
        double maxCoefficient,
        double noise,
        long seed) {

    private static final int MAX_DIMENSION = 1 << 16;
    private static final long MAX_ELEMENTS = 1L << 27;

    public SyntheticSpec {
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

    private static void require(boolean holds, String field, String rule, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("synthetic." + field + " must be " + rule + ", got " + found);
        }
    }
}
