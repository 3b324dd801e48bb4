package dev.sluice.trainer.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiringDensityTest {
    @Test
    void shouldCountTheLatentsUpToEachRate() {
        long[] firings = {0, 1, 3, 10, 99, 1000};

        FiringDensity density = FiringDensity.of(firings, 1000);

        assertThat(density.latents()).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 2L, 3L, 4L, 4L, 5L, 5L, 6L);
    }
}
