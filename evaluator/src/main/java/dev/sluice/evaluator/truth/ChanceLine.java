package dev.sluice.evaluator.truth;

/**
 * What cosine chance alone gives: the median of the largest cosine between one unit vector and n others that are uniform
 * on the sphere. The angle between two such vectors has a density proportional to {@code sin^(d-2)}; so (1 + cosine) / 2
 * is Beta((d-1)/2, (d-1)/2).
 */
public final class ChanceLine {
    private static final int STEPS = 1 << 16;

    private ChanceLine() {}

    /**
     * By the trapezoidal rule, to about 1e-6.
     *
     * @param width d, at least 2
     * @param others n, at least 1
     */
    public static double medianOfLargest(int width, long others) {
        if (width < 2 || others < 1) {
            throw new IllegalArgumentException(
                    "width must be at least 2 and others at least 1, got " + width + " and " + others);
        }
        double tail = -Math.expm1(Math.log(0.5) / others);
        double total = 0;
        for (int i = 1; i < STEPS; i++) {
            total += density(width, i);
        }
        double sum = 0;
        for (int i = 0; i < STEPS; i++) {
            double step = (density(width, i) + density(width, i + 1)) / 2 / total;
            if (sum + step >= tail) {
                return Math.cos(angle(i + (tail - sum) / step));
            }
            sum += step;
        }
        return -1;
    }

    private static double density(int width, int i) {
        double sine = Math.sin(angle(i));
        return width == 2 ? 1 : sine <= 0 ? 0 : Math.exp((width - 2) * Math.log(sine));
    }

    private static double angle(double i) {
        return Math.PI * i / STEPS;
    }
}
