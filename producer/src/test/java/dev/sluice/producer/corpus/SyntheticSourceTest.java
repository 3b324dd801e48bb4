package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.producer.corpus.SyntheticSpec.Coefficients;
import dev.sluice.producer.corpus.SyntheticSpec.Dictionary;
import dev.sluice.producer.corpus.SyntheticSpec.Support;
import dev.sluice.producer.hash.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SyntheticSourceTest {

    private static final SyntheticSpec SPEC =
            new SyntheticSpec(new Dictionary(64, 128), new Support(5, false), new Coefficients(1, 2), 0.01, 42);

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
        float[][] atoms = new SyntheticSource(SPEC).atoms();

        assertThat(atoms).hasDimensions(128, 64);
        for (int i = 0; i < atoms.length; i++) {
            assertThat(dot(atoms[i], atoms[i])).isCloseTo(1, within(1e-6));
            for (int j = 0; j < i; j++) {
                assertThat(Math.abs(dot(atoms[i], atoms[j]))).isLessThan(0.75);
            }
        }
    }

    @Test
    void shouldBeTheSumOfItsActiveDirectionsWithinTheNoise() {
        SyntheticSource exact = new SyntheticSource(
                new SyntheticSpec(new Dictionary(64, 128), new Support(1, false), new Coefficients(1, 2), 0, 42));
        float[][] atoms = exact.atoms();

        for (long row = 0; row < 200; row++) {
            float[] atom = atoms[exact.support(row)[0]];
            float[] x = exact.row(row);
            double coefficient = dot(x, atom);
            assertThat(coefficient).isBetween(1 - 1e-6, 2 + 1e-6);
            assertThat(dot(x, x)).isCloseTo(coefficient * coefficient, within(1e-5));
        }
    }

    @Test
    void shouldAddNoiseOfTheGivenDeviation() {
        SyntheticSource clean = new SyntheticSource(
                new SyntheticSpec(new Dictionary(64, 128), new Support(5, false), new Coefficients(1, 2), 0, 42));
        SyntheticSource noisy = new SyntheticSource(
                new SyntheticSpec(new Dictionary(64, 128), new Support(5, false), new Coefficients(1, 2), 0.5, 42));
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
        SyntheticSource source = new SyntheticSource(
                new SyntheticSpec(new Dictionary(64, 128), new Support(5, true), new Coefficients(1, 2), 0, 42));
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
        SyntheticSpec other =
                new SyntheticSpec(new Dictionary(64, 128), new Support(5, false), new Coefficients(1, 2), 0.01, 43);

        assertThat(new SyntheticSource(other).row(0)).isNotEqualTo(new SyntheticSource(SPEC).row(0));
    }

    @Test
    void shouldRefuseImpossibleParametersByName() {
        assertThatThrownBy(() ->
                        new SyntheticSpec(new Dictionary(0, 128), new Support(5, false), new Coefficients(1, 2), 0, 0))
                .hasMessage("synthetic.dimension must be 1 to 65536, got 0");
        assertThatThrownBy(() ->
                        new SyntheticSpec(new Dictionary(64, 4), new Support(5, false), new Coefficients(1, 2), 0, 0))
                .hasMessage("synthetic.active must be 1 to directions, got 5");
        assertThatThrownBy(() -> new SyntheticSpec(
                        new Dictionary(65_536, Integer.MAX_VALUE), new Support(5, false), new Coefficients(1, 2), 0, 0))
                .hasMessageStartingWith(
                        "synthetic.directions must be at least 1, and at most 134217728 elements in all");
        assertThatThrownBy(() ->
                        new SyntheticSpec(new Dictionary(64, 128), new Support(5, false), new Coefficients(2, 1), 0, 0))
                .hasMessage("synthetic.maxCoefficient must be finite and at least minCoefficient, got 1.0");
        assertThatThrownBy(() -> new SyntheticSpec(
                        new Dictionary(64, 128), new Support(5, false), new Coefficients(Double.NaN, 1), 0, 0))
                .hasMessage("synthetic.minCoefficient must be finite and above 0, got NaN");
        assertThatThrownBy(() -> new SyntheticSource(SPEC).row(-1)).hasMessage("row must be at least 0, got -1");
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
