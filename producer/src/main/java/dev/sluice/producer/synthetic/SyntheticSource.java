package dev.sluice.producer.synthetic;

import java.util.Arrays;

/**
 * Makes the rows of a {@link SyntheticSpec}. Row i is a function of (spec, i) alone, so any range can be made again
 * anywhere, with the same bits.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class SyntheticSource {

    private static final long ATOMS = 1;
    private static final long SUPPORTS = 2;
    private static final long COEFFICIENTS = 3;
    private static final long NOISE = 4;

    /** Rows whose supports the mean is counted from. */
    private static final int COUNTED = 1 << 14;

    private final SyntheticSpec spec;
    private final Supports supports;
    private final float[][] directions;

    public SyntheticSource(SyntheticSpec spec) {
        this.spec = spec;
        this.supports = Supports.of(spec);
        this.directions = new float[spec.features()][];
        for (int j = 0; j < directions.length; j++) {
            directions[j] = direction(RandomSequence.of(spec.seed(), ATOMS, j));
        }
    }

    private float[] direction(RandomSequence random) {
        double[] gaussian = new double[spec.width()];
        double squares = 0;
        for (int i = 0; i < gaussian.length; i++) {
            gaussian[i] = random.gaussian();
            squares += gaussian[i] * gaussian[i];
        }
        double norm = spec.dictionary().directions() == Directions.UNIT ? Math.sqrt(squares) : 1;
        float[] direction = new float[gaussian.length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) (gaussian[i] / norm);
        }
        return direction;
    }

    public SyntheticSpec spec() {
        return spec;
    }

    /** A copy of the true directions g_j, [features][width]. */
    public float[][] directions() {
        return Arrays.stream(directions).map(float[]::clone).toArray(float[][]::new);
    }

    /** The features active in a row, ascending. */
    public int[] support(long row) {
        return supports.draw(RandomSequence.of(spec.seed(), SUPPORTS, row));
    }

    /** The coefficients of the active features of a row, in the order of its {@linkplain #support support}. */
    public double[] coefficients(long row) {
        return coefficients(row, support(row).length);
    }

    private double[] coefficients(long row, int active) {
        RandomSequence random = RandomSequence.of(spec.seed(), COEFFICIENTS, row);
        SyntheticSpec.Amounts amounts = spec.amounts();
        double[] coefficients = new double[active];
        for (int i = 0; i < active; i++) {
            coefficients[i] =
                    amounts.minimum() + amounts.scale() * amounts.coefficients().draw(random);
        }
        return coefficients;
    }

    /** One row [width]. */
    public float[] row(long row) {
        float[] out = new float[spec.width()];
        fill(row, out, 0);
        return out;
    }

    /**
     * Consecutive rows [count, width], row-major.
     *
     * @throws ArithmeticException if count times width exceeds an array
     */
    public float[] rows(long first, int count) {
        float[] out = new float[Math.multiplyExact(count, spec.width())];
        for (int r = 0; r < count; r++) {
            fill(first + r, out, r * spec.width());
        }
        return out;
    }

    private void fill(long row, float[] out, int offset) {
        if (row < 0) {
            throw new IllegalArgumentException("row must be at least 0, got " + row);
        }
        double[] sum = new double[spec.width()];
        int[] support = support(row);
        double[] coefficients = coefficients(row, support.length);
        for (int active = 0; active < support.length; active++) {
            add(coefficients[active], directions[support[active]], sum);
        }
        RandomSequence noise = RandomSequence.of(spec.seed(), NOISE, row);
        for (int i = 0; i < sum.length; i++) {
            double disturbed = spec.noise() == 0 ? sum[i] : sum[i] + spec.noise() * noise.gaussian();
            out[offset + i] = (float) disturbed;
        }
    }

    private static void add(double coefficient, float[] direction, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += coefficient * direction[i];
        }
    }

    /** E x = E c Σ_j p_j g_j, [width], with p_j counted over the supports of the first 16,384 rows. */
    public double[] mean() {
        long[] counts = new long[spec.features()];
        for (int row = 0; row < COUNTED; row++) {
            for (int j : support(row)) {
                counts[j]++;
            }
        }
        double[] mean = new double[spec.width()];
        for (int j = 0; j < counts.length; j++) {
            add(spec.amounts().mean() * counts[j] / COUNTED, directions[j], mean);
        }
        return mean;
    }
}
