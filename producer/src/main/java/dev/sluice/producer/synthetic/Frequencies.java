package dev.sluice.producer.synthetic;

/** How often each feature is active, by a power law: {@code p_j = min(1, c (j + 1)^-power)}, and the p_j sum to k. */
final class Frequencies {
    private Frequencies() {}

    /** The probabilities, [features], none of which rises. */
    static double[] of(SyntheticSpec spec) {
        double[] weights = new double[spec.features()];
        double rest = 0;
        for (int j = 0; j < weights.length; j++) {
            weights[j] = StrictMath.pow(j + 1.0, -spec.firing().power());
            rest += weights[j];
        }
        double left = spec.firing().active();
        double[] probabilities = new double[weights.length];
        int certain = 0;
        while (certain < weights.length && left * weights[certain] >= rest) {
            probabilities[certain] = 1;
            rest -= weights[certain];
            left--;
            certain++;
        }
        for (int j = certain; j < weights.length; j++) {
            probabilities[j] = Math.max(0, left) * weights[j] / rest;
        }
        return probabilities;
    }
}
