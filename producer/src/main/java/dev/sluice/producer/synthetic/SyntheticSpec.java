package dev.sluice.producer.synthetic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * What makes a synthetic stream: row i is {@code x = sum over active j of c_j g_j + noise * N(0, 1)}. In JSON all members
 * stand side by side.
 *
 * @param dictionary the true features
 * @param firing which features make a row
 * @param amounts coefficients of the active features
 * @param noise standard deviation of the Gaussian noise on each element
 * @param extent how many rows there are
 * @param seed of everything random
 */
public record SyntheticSpec(
        @JsonUnwrapped Dictionary dictionary,
        @JsonUnwrapped Firing firing,
        @JsonUnwrapped Amounts amounts,
        double noise,
        @JsonUnwrapped Extent extent,
        long seed) {

    /**
     * The true features.
     *
     * @param width elements of a row, d, 2 to 65,536
     * @param features number of directions, g; at most 2^27 elements in all
     * @param directions their lengths
     */
    public record Dictionary(int width, int features, Directions directions) {}

    /**
     * Which features are active in a row.
     *
     * @param active features of a row, k: exactly, or on average
     * @param support whether exactly
     * @param power frequency of feature j is proportional to (j + 1)^-power; 0 for equal frequencies
     * @param correlation of the latent normal variables of features of one group, 0 to below 1
     * @param groups number of groups: features j, j + groups, j + 2 groups and so on are one
     */
    public record Firing(double active, Support support, double power, double correlation, int groups) {
        /** All features alike and independent. */
        public static Firing of(double active, Support support) {
            return new Firing(active, support, 0, 0, 1);
        }
    }

    /**
     * Coefficients {@code minimum + scale * z}.
     *
     * @param coefficients what z is
     * @param minimum least coefficient
     * @param scale of z
     */
    public record Amounts(Distribution coefficients, double minimum, double scale) {
        /** E c. */
        double mean() {
            return minimum + scale * coefficients.mean();
        }
    }

    /**
     * How many rows there are.
     *
     * @param rows to train on
     * @param validation rows that are held out, spread evenly among the others; at most as many
     */
    public record Extent(long rows, long validation) {}

    private static final int MAX_WIDTH = 1 << 16;
    private static final long MAX_ELEMENTS = 1L << 27;
    private static final long MAX_ROWS = 1_000_000_000;

    public SyntheticSpec {
        requireDictionary(dictionary);
        requireFiring(firing, dictionary.features());
        require(
                amounts.minimum() >= 0 && finite(amounts.minimum()),
                "minimum",
                "finite and at least 0",
                amounts.minimum());
        require(amounts.scale() >= 0 && finite(amounts.scale()), "scale", "finite and at least 0", amounts.scale());
        require(amounts.mean() > 0, "minimum and scale", "not both 0", 0);
        require(noise >= 0 && finite(noise), "noise", "finite and at least 0", noise);
        require(extent.rows() >= 1 && extent.rows() <= MAX_ROWS, "rows", "1 to " + MAX_ROWS, extent.rows());
        require(
                extent.validation() >= 0 && extent.validation() <= extent.rows(),
                "validation",
                "0 to the number of rows",
                extent.validation());
    }

    private static void requireDictionary(Dictionary dictionary) {
        int width = dictionary.width();
        int features = dictionary.features();
        require(width >= 2 && width <= MAX_WIDTH, "width", "2 to " + MAX_WIDTH, width);
        require(
                features >= 1 && (long) features * width <= MAX_ELEMENTS,
                "features",
                "at least 1, and at most " + MAX_ELEMENTS + " elements in all",
                features);
    }

    private static void requireFiring(Firing firing, int features) {
        double active = firing.active();
        require(active > 0 && active <= features, "active", "above 0, and at most the number of features", active);
        require(
                firing.support() == Support.BERNOULLI || active == Math.rint(active),
                "active",
                "a whole number where support is exact",
                active);
        require(firing.power() >= 0 && finite(firing.power()), "power", "finite and at least 0", firing.power());
        require(
                firing.correlation() >= 0 && firing.correlation() < 1,
                "correlation",
                "0 to below 1",
                firing.correlation());
        require(
                firing.groups() >= 1 && firing.groups() <= features,
                "groups",
                "1 to the number of features",
                firing.groups());
    }

    private static boolean finite(double value) {
        return Double.isFinite(value);
    }

    private static void require(boolean holds, String field, String rule, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("synthetic." + field + " must be " + rule + ", got " + found);
        }
    }

    /** d. */
    public int width() {
        return dictionary.width();
    }

    /** g. */
    public int features() {
        return dictionary.features();
    }

    /** Rows of both splits: their numbers are 0 to one less. */
    public long allRows() {
        return extent.rows() + extent.validation();
    }

    /** Whether a row is for validation. The last row never is. */
    public boolean isHeldOut(long row) {
        return row * extent.validation() % allRows() < extent.validation();
    }
}
