package dev.sluice.producer.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.producer.hash.Sha256;
import dev.sluice.producer.synthetic.SyntheticSpec.Amounts;
import dev.sluice.producer.synthetic.SyntheticSpec.Dictionary;
import dev.sluice.producer.synthetic.SyntheticSpec.Extent;
import dev.sluice.producer.synthetic.SyntheticSpec.Firing;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SyntheticSourceTest {

    private static final SyntheticSpec SPEC = spec(new Firing(5, Support.EXACT, 0, 0, 1), 0.01, 42);

    private static SyntheticSpec spec(Firing firing, double noise, long seed) {
        return new SyntheticSpec(
                new Dictionary(64, 128, Directions.UNIT),
                firing,
                new Amounts(Distribution.UNIFORM, 1, 1),
                noise,
                new Extent(1_000, 100),
                seed);
    }

    private static SyntheticSource source(Firing firing) {
        return new SyntheticSource(spec(firing, 0, 42));
    }

    @Test
    void shouldMakeAnyRowAgainFromItsNumberAlone() {
        SyntheticSource one = new SyntheticSource(SPEC);
        SyntheticSource other = new SyntheticSource(SPEC);

        float[] last = one.row(1_000_000_000_000L);
        float[] block = one.rows(100, 8);

        assertThat(other.row(1_000_000_000_000L)).isEqualTo(last);
        assertThat(other.row(103)).isEqualTo(Arrays.copyOfRange(block, 3 * 64, 4 * 64));
        assertThat(other.row(104)).isNotEqualTo(other.row(103));
    }

    @Test
    void shouldGiveTheSameBitsOnEveryMachine() {
        byte[] bytes = new byte[Float.BYTES * 64 * 32];
        ByteBuffer.wrap(bytes).asFloatBuffer().put(new SyntheticSource(SPEC).rows(0, 32));

        assertThat(Sha256.hex(bytes)).isEqualTo("18208255e68fd7e1912a457a31a013a8d8cd276a7d6c2a6d5af764837acc04f2");
    }

    @Test
    void shouldHaveDistinctDirectionsOfNormOne() {
        float[][] directions = new SyntheticSource(SPEC).directions();

        assertThat(directions).hasDimensions(128, 64);
        for (int i = 0; i < directions.length; i++) {
            assertThat(dot(directions[i], directions[i])).isCloseTo(1, within(1e-6));
            for (int j = 0; j < i; j++) {
                assertThat(Math.abs(dot(directions[i], directions[j]))).isLessThan(0.75);
            }
        }
    }

    @Test
    void shouldBeTheSumOfItsActiveDirectionsWithinTheNoise() {
        SyntheticSource exact = new SyntheticSource(spec(Firing.of(1, Support.EXACT), 0, 42));
        float[][] directions = exact.directions();

        for (long row = 0; row < 200; row++) {
            float[] direction = directions[exact.support(row)[0]];
            float[] x = exact.row(row);
            double coefficient = dot(x, direction);
            assertThat(coefficient).isBetween(1 - 1e-6, 2 + 1e-6);
            assertThat(dot(x, x)).isCloseTo(coefficient * coefficient, within(1e-5));
        }
    }

    @Test
    void shouldAddNoiseOfTheGivenDeviation() {
        SyntheticSource clean = new SyntheticSource(spec(Firing.of(5, Support.EXACT), 0, 42));
        SyntheticSource noisy = new SyntheticSource(spec(Firing.of(5, Support.EXACT), 0.5, 42));
        float[] a = clean.rows(0, 1000);
        float[] b = noisy.rows(0, 1000);
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            squares += Math.pow((double) b[i] - a[i], 2);
        }

        // 64,000 samples: the deviation of the estimate is 0.5 / sqrt(128,000) = 0.0014.
        assertThat(Math.sqrt(squares / a.length)).isCloseTo(0.5, within(0.007));
    }

    @Test
    void shouldUseEveryDirectionEquallyOften() {
        SyntheticSource fixed = new SyntheticSource(SPEC);
        int[] uses = new int[128];
        for (long row = 0; row < 12_800; row++) {
            int[] support = fixed.support(row);
            assertThat(support).hasSize(5).isSorted().doesNotHaveDuplicates();
            Arrays.stream(support).forEach(j -> uses[j]++);
        }

        // Binomial with mean 500 and deviation 21.9; five deviations.
        assertThat(Arrays.stream(uses).boxed()).allSatisfy(n -> assertThat(n).isBetween(390, 610));
    }

    @Test
    void shouldDrawABernoulliNumberAroundTheGivenOne() {
        SyntheticSource source = new SyntheticSource(spec(Firing.of(5, Support.BERNOULLI), 0, 42));
        long sum = 0;
        int different = 0;
        for (long row = 0; row < 4_000; row++) {
            int active = source.support(row).length;
            sum += active;
            different += active == 5 ? 0 : 1;
        }

        assertThat(sum / 4_000.0).isCloseTo(5, within(0.18));
        assertThat(different).isGreaterThan(2_000);
    }

    @Test
    void shouldDifferBySeed() {
        SyntheticSpec other = spec(Firing.of(5, Support.EXACT), 0.01, 43);

        assertThat(new SyntheticSource(other).row(0)).isNotEqualTo(new SyntheticSource(SPEC).row(0));
    }

    @Test
    void shouldRefuseImpossibleParametersByName() {
        Firing firing = Firing.of(5, Support.EXACT);
        assertThatThrownBy(() -> with(new Dictionary(0, 128, Directions.UNIT), firing))
                .hasMessage("synthetic.width must be 2 to 65536, got 0");
        assertThatThrownBy(() -> with(new Dictionary(64, 4, Directions.UNIT), firing))
                .hasMessage("synthetic.active must be above 0, and at most the number of features, got 5.0");
        assertThatThrownBy(() -> with(new Dictionary(65_536, Integer.MAX_VALUE, Directions.UNIT), firing))
                .hasMessageStartingWith("synthetic.features must be at least 1, and at most 134217728 elements in all");
        assertThatThrownBy(() -> spec(Firing.of(2.5, Support.EXACT), 0, 0))
                .hasMessage("synthetic.active must be a whole number where support is exact, got 2.5");
        assertThatThrownBy(() -> spec(new Firing(5, Support.EXACT, 0, 1, 1), 0, 0))
                .hasMessage("synthetic.correlation must be 0 to below 1, got 1.0");
        assertThatThrownBy(() -> spec(firing, Double.NaN, 0))
                .hasMessage("synthetic.noise must be finite and at least 0, got NaN");
        assertThatThrownBy(() -> new SyntheticSource(SPEC).row(-1)).hasMessage("row must be at least 0, got -1");
    }

    private static SyntheticSpec with(Dictionary dictionary, Firing firing) {
        return new SyntheticSpec(dictionary, firing, SPEC.amounts(), 0, SPEC.extent(), 0);
    }

    @Test
    void shouldHoldOutExactlyTheRowsForValidationAndNotTheLast() {
        long held = LongStream.range(0, 1_100).filter(SPEC::isHeldOut).count();

        assertThat(SPEC.allRows()).isEqualTo(1_100);
        assertThat(held).isEqualTo(100);
        assertThat(LongStream.range(0, 110).filter(SPEC::isHeldOut).count()).isEqualTo(10);
        assertThat(SPEC.isHeldOut(1_099)).isFalse();
    }

    @Test
    void shouldGiveTheCoefficientsThatItsRowsAreMadeOf() {
        SyntheticSource source = source(Firing.of(3, Support.EXACT));
        float[][] directions = source.directions();
        for (long row = 0; row < 50; row++) {
            double[] sum = new double[64];
            int[] support = source.support(row);
            for (int active = 0; active < 3; active++) {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += source.coefficients(row)[active] * directions[support[active]][i];
                }
            }
            float[] x = source.row(row);
            for (int i = 0; i < sum.length; i++) {
                assertThat(x[i]).isEqualTo((float) sum[i]);
            }
        }
    }

    @Test
    void shouldUseFeaturesByThePowerLaw() {
        for (Support support : Support.values()) {
            int[] uses = uses(source(new Firing(4, support, 1, 0, 1)), 40_000);

            // Of a Bernoulli support p_j = 4 / (H_128 (j + 1)), H_128 = 5.433; an exact one keeps this roughly.
            double slack = support == Support.EXACT ? 0.1 : 0.03;
            for (int j = 3; j < 30; j++) {
                double expected = 40_000 * 4 / (5.433147 * (j + 1));
                assertThat((double) uses[j])
                        .as("%s %d", support, j)
                        .isCloseTo(expected, within(slack * expected + 5 * Math.sqrt(expected)));
            }
            assertThat(Arrays.stream(uses).sum() / 40_000.0).isCloseTo(4, within(0.05));
        }
    }

    @Test
    void shouldLetFeaturesOfOneGroupFireTogether() {
        SyntheticSource source = source(new Firing(16, Support.BERNOULLI, 0, 0.5, 2));
        int[] uses = uses(source, 20_000);
        int together = 0;
        int apart = 0;
        for (long row = 0; row < 20_000; row++) {
            Set<Integer> active = Arrays.stream(source.support(row)).boxed().collect(Collectors.toSet());
            together += active.contains(0) && active.contains(2) ? 1 : 0;
            apart += active.contains(0) && active.contains(1) ? 1 : 0;
        }

        // Each fires with probability 1/8; two of different groups are independent, so together in 1/64 of the rows.
        // Of one group: the bivariate normal's upper quadrant above 1.1503 at correlation 0.5, which is 0.0412.
        assertThat(uses[0] / 20_000.0).isCloseTo(0.125, within(0.012));
        assertThat(apart / 20_000.0).isCloseTo(1 / 64.0, within(0.0045));
        assertThat(together / 20_000.0).isCloseTo(0.0412, within(0.007));
    }

    @Test
    void shouldDrawCoefficientsOfTheGivenDistribution() {
        double[] half = moments(Distribution.HALF_NORMAL);
        double[] exponential = moments(Distribution.EXPONENTIAL);

        assertThat(half[0]).isCloseTo(Math.sqrt(2 / Math.PI), within(0.02));
        assertThat(half[1]).isCloseTo(1, within(0.04));
        assertThat(exponential[0]).isCloseTo(1, within(0.03));
        assertThat(exponential[1]).isCloseTo(2, within(0.15));
        assertThat(moments(Distribution.CONSTANT)).containsExactly(1, 1);
    }

    /** The mean and the mean square of 10,000 coefficients. */
    private static double[] moments(Distribution distribution) {
        SyntheticSource source = new SyntheticSource(new SyntheticSpec(
                SPEC.dictionary(), Firing.of(1, Support.EXACT), new Amounts(distribution, 0, 1), 0, SPEC.extent(), 3));
        double sum = 0;
        double squares = 0;
        for (long row = 0; row < 10_000; row++) {
            double c = source.coefficients(row)[0];
            sum += c;
            squares += c * c;
        }
        return new double[] {sum / 10_000, squares / 10_000};
    }

    @Test
    void shouldKnowTheMeanOfItsRows() {
        SyntheticSource source = new SyntheticSource(SPEC);
        double[] sum = new double[64];
        for (long row = 0; row < 16_384; row++) {
            float[] x = source.row(row);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += x[i] / 16_384;
            }
        }
        double[] mean = source.mean();

        for (int i = 0; i < sum.length; i++) {
            assertThat(mean[i]).isCloseTo(sum[i], within(0.01));
        }
    }

    @Test
    void shouldHaveGaussianDirectionsOfNormAboutTheRootOfTheWidth() {
        SyntheticSpec spec = new SyntheticSpec(
                new Dictionary(768, 100, Directions.GAUSSIAN), SPEC.firing(), SPEC.amounts(), 0, SPEC.extent(), 0);
        float[][] directions = new SyntheticSource(spec).directions();

        // The squared norm has mean 768 and deviation sqrt(2 * 768) = 39; five of them.
        assertThat(List.of(directions)).allSatisfy(g -> assertThat(dot(g, g)).isBetween(768 - 196.0, 768 + 196.0));
    }

    private static int[] uses(SyntheticSource source, int rows) {
        int[] uses = new int[source.spec().features()];
        for (long row = 0; row < rows; row++) {
            Arrays.stream(source.support(row)).forEach(j -> uses[j]++);
        }
        return uses;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
