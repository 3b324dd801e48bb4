package dev.sluice.trainer.dictionary.sae;

import dev.sluice.trainer.dictionary.RunningMean;

/** What b_dec begins with, from the rows of the first batch. */
public final class DecoderBias {
    public static final String MEAN = "mean";
    public static final String GEOMETRIC_MEDIAN = "geometric-median";
    static final String ZERO = "zero";

    private static final int MOST_ITERATIONS = 100;
    private static final double LEAST_MOVE = 1e-5;
    private static final double LEAST_DISTANCE = 1e-12;

    private DecoderBias() {}

    /**
     * @param rows [count * width]
     * @return [width]
     */
    public static float[] of(String choice, float[] rows, int width) {
        return switch (choice) {
            case ZERO -> new float[width];
            case GEOMETRIC_MEDIAN -> geometricMedian(rows, width);
            default -> mean(rows, width).toFloats();
        };
    }

    private static RunningMean mean(float[] rows, int width) {
        RunningMean mean = new RunningMean(width);
        mean.add(rows);
        return mean;
    }

    /**
     * Weiszfeld's iteration from the mean, in float64, as dictionary_learning stops it (MATHEMATICS.md,
     * "Initialisation").
     */
    private static float[] geometricMedian(float[] rows, int width) {
        float[] start = mean(rows, width).toFloats();
        double[] median = new double[width];
        for (int i = 0; i < width; i++) {
            median[i] = start[i];
        }
        double moved = Double.POSITIVE_INFINITY;
        for (int iteration = 0; iteration < MOST_ITERATIONS && moved >= LEAST_MOVE; iteration++) {
            double[] next = byNearness(rows, median);
            moved = distance(next, median);
            median = next;
        }
        float[] rounded = new float[width];
        for (int i = 0; i < width; i++) {
            rounded[i] = (float) median[i];
        }
        return rounded;
    }

    /** The mean of rows weighted by 1 / distance from a centre. */
    private static double[] byNearness(float[] rows, double[] centre) {
        int width = centre.length;
        double[] sum = new double[width];
        double weights = 0;
        for (int begin = 0; begin < rows.length; begin += width) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                double difference = rows[begin + i] - centre[i];
                squares += difference * difference;
            }
            double weight = 1 / Math.max(LEAST_DISTANCE, Math.sqrt(squares));
            weights += weight;
            for (int i = 0; i < width; i++) {
                sum[i] += weight * rows[begin + i];
            }
        }
        for (int i = 0; i < width; i++) {
            sum[i] /= weights;
        }
        return sum;
    }

    private static double distance(double[] a, double[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            squares += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(squares);
    }
}
