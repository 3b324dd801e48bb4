package dev.sluice.trainer.dictionary.sae.topk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ThresholdEstimateTest {
    @Test
    void shouldMoveAHundredthOfTheWayFromZeroUnderTheReference() {
        ThresholdEstimate estimate = new ThresholdEstimate(false);

        assertThat(estimate.value()).isZero();
        estimate.add(2);
        estimate.add(4);

        assertThat(estimate.value()).isCloseTo(0.99f * 0.02f + 0.04f, within(1e-7f));
    }

    @Test
    void shouldBeAMeanOfWhatWasSeenFromTheFirstBatchOn() {
        ThresholdEstimate estimate = new ThresholdEstimate(true);

        assertThat(estimate.value()).isEqualTo(Float.POSITIVE_INFINITY);
        estimate.add(0);
        assertThat(estimate.value()).isEqualTo(Float.POSITIVE_INFINITY);
        estimate.add(2);
        assertThat(estimate.value()).isCloseTo(2, within(1e-6f));
        estimate.add(4);

        assertThat(estimate.value()).isCloseTo((0.99f * 2 + 4) / 1.99f, within(1e-6f));
    }
}
