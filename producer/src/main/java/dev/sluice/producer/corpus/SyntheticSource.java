package dev.sluice.producer.corpus;

import java.util.Arrays;

/**
 * Rows whose dictionary is known: {@code x = sum over active j of c_j a_j + sigma * noise}, with unit-norm random
 * directions {@code a_j}. Row i is a function of (parameters, i) alone, so any range can be made again anywhere.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class SyntheticSource {

    private static final long ATOMS = 1;
    private static final long SUPPORTS = 2;
    private static final long COEFFICIENTS = 3;
    private static final long NOISE = 4;

    private final SyntheticSpec spec;
    private final float[][] atoms;

    public SyntheticSource(SyntheticSpec spec) {
        this.spec = spec;
        this.atoms = new float[spec.directions()][];
        for (int j = 0; j < atoms.length; j++) {
            atoms[j] = unit(RandomSequence.of(spec.seed(), ATOMS, j), spec.dimension());
        }
    }

    private static float[] unit(RandomSequence random, int dimension) {
        double[] gaussian = new double[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            gaussian[i] = random.gaussian();
            squares += gaussian[i] * gaussian[i];
        }
        float[] unit = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            unit[i] = (float) (gaussian[i] / Math.sqrt(squares));
        }
        return unit;
    }

    public SyntheticSpec spec() {
        return spec;
    }

    /** A copy of the true directions [directions][dimension], each of norm 1. */
    public float[][] atoms() {
        return Arrays.stream(atoms).map(float[]::clone).toArray(float[][]::new);
    }

    /** The directions active in a row, ascending; exactly {@code active} of them, or a Bernoulli number around it. */
    public int[] support(long row) {
        RandomSequence random = RandomSequence.of(spec.seed(), SUPPORTS, row);
        return spec.support().bernoulli() ? bernoulli(random) : sample(random);
    }

    private int[] bernoulli(RandomSequence random) {
        double probability = (double) spec.support().active() / spec.directions();
        int[] chosen = new int[spec.directions()];
        int count = 0;
        for (int j = 0; j < chosen.length; j++) {
            if (random.uniform() < probability) {
                chosen[count++] = j;
            }
        }
        return Arrays.copyOf(chosen, count);
    }

    /** Floyd's sampling without replacement: each subset of this size is equally likely. */
    private int[] sample(RandomSequence random) {
        int[] chosen = new int[spec.support().active()];
        for (int count = 0; count < chosen.length; count++) {
            int last = spec.directions() - chosen.length + count;
            int candidate = random.below(last + 1);
            boolean taken = Arrays.stream(chosen, 0, count).anyMatch(j -> j == candidate);
            chosen[count] = taken ? last : candidate;
        }
        Arrays.sort(chosen);
        return chosen;
    }

    /** One row [dimension]. */
    public float[] row(long row) {
        float[] out = new float[spec.dimension()];
        fill(row, out, 0);
        return out;
    }

    /**
     * Consecutive rows [count, dimension], row-major.
     *
     * @throws ArithmeticException if count times dimension exceeds an array
     */
    public float[] rows(long first, int count) {
        float[] out = new float[Math.multiplyExact(count, spec.dimension())];
        for (int r = 0; r < count; r++) {
            fill(first + r, out, r * spec.dimension());
        }
        return out;
    }

    private void fill(long row, float[] out, int offset) {
        if (row < 0) {
            throw new IllegalArgumentException("row must be at least 0, got " + row);
        }
        double[] sum = new double[spec.dimension()];
        SyntheticSpec.Coefficients range = spec.coefficients();
        RandomSequence coefficients = RandomSequence.of(spec.seed(), COEFFICIENTS, row);
        for (int j : support(row)) {
            double span = range.maxCoefficient() - range.minCoefficient();
            double coefficient = range.minCoefficient() + span * coefficients.uniform();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += coefficient * atoms[j][i];
            }
        }
        RandomSequence noise = RandomSequence.of(spec.seed(), NOISE, row);
        for (int i = 0; i < sum.length; i++) {
            double disturbed = spec.noise() == 0 ? sum[i] : sum[i] + spec.noise() * noise.gaussian();
            out[offset + i] = (float) disturbed;
        }
    }
}
