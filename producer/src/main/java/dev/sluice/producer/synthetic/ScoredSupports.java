package dev.sluice.producer.synthetic;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A Gaussian copula with one factor for each group: feature j of group a has {@code z_j = √ρ f_a + √(1-ρ) e_j}, all f and
 * e standard normal, and the score {@code z_j + Φ⁻¹(p_j)}. Bernoulli: it is active where the score is positive, so with
 * probability p_j. Exact: the k largest scores are active, which keeps the p_j roughly.
 */
final class ScoredSupports implements Supports {
    private final SyntheticSpec.Firing firing;
    private final double[] shifts;

    ScoredSupports(SyntheticSpec spec) {
        this.firing = spec.firing();
        this.shifts =
                Arrays.stream(Frequencies.of(spec)).map(NormalQuantile::of).toArray();
    }

    @Override
    public int[] draw(RandomSequence random) {
        double[] factors = new double[firing.correlation() > 0 ? firing.groups() : 1];
        for (int a = 0; a < factors.length && firing.correlation() > 0; a++) {
            factors[a] = StrictMath.sqrt(firing.correlation()) * random.gaussian();
        }
        double own = StrictMath.sqrt(1 - firing.correlation());
        double[] scores = new double[shifts.length];
        for (int j = 0; j < scores.length; j++) {
            scores[j] = factors[j % factors.length] + own * random.gaussian() + shifts[j];
        }
        return firing.support() == Support.BERNOULLI ? positive(scores) : largest(scores);
    }

    private static int[] positive(double[] scores) {
        return IntStream.range(0, scores.length).filter(j -> scores[j] > 0).toArray();
    }

    private int[] largest(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer j) -> -scores[j]).thenComparing(j -> j))
                .limit((long) firing.active())
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
