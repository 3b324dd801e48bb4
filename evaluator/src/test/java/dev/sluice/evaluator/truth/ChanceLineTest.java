package dev.sluice.evaluator.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChanceLineTest {
    @Test
    void shouldGiveTheMediansOfTheBetaDistribution() {
        assertThat(ChanceLine.medianOfLargest(128, 1_024)).isCloseTo(0.279, within(5e-4));
        assertThat(ChanceLine.medianOfLargest(512, 2_048)).isCloseTo(0.150, within(5e-4));
        assertThat(ChanceLine.medianOfLargest(512, 4_096)).isCloseTo(0.158, within(5e-4));
        assertThat(ChanceLine.medianOfLargest(512, 65_536)).isCloseTo(0.187, within(5e-4));
        assertThat(ChanceLine.medianOfLargest(768, 32_768)).isCloseTo(0.147, within(5e-4));
    }

    @Test
    void shouldGiveWhatIsKnownInClosedForm() {
        // One other vector: by symmetry 0. In three dimensions the cosine is uniform in [-1, 1], so 2 * 0.5^(1/n) - 1.
        assertThat(ChanceLine.medianOfLargest(700, 1)).isCloseTo(0, within(1e-9));
        assertThat(ChanceLine.medianOfLargest(3, 50)).isCloseTo(2 * Math.pow(0.5, 1 / 50.0) - 1, within(1e-6));
        // In the plane the angle is uniform in [0, π].
        assertThat(ChanceLine.medianOfLargest(2, 10))
                .isCloseTo(Math.cos(Math.PI * (1 - Math.pow(0.5, 0.1))), within(1e-6));
    }

    @Test
    void shouldRefuseALine() {
        assertThatThrownBy(() -> ChanceLine.medianOfLargest(1, 5))
                .hasMessage("width must be at least 2 and others at least 1, got 1 and 5");
    }
}
