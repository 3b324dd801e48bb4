package dev.sluice.trainer.dictionary.sae.relu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.trainer.dictionary.MemoryState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnealingTest {
    @Test
    void shouldLetPFallInEqualStepsEachAsLongAsTheOthers() {
        Annealing annealing = annealing();
        List<Double> ps = new ArrayList<>();
        for (int tokens = 100; tokens <= 1000; tokens += 100) {
            annealing.add(2, 1, tokens, 1000);
            ps.add(Math.round(annealing.p() * 100) / 100.0);
        }

        assertThat(ps).containsExactly(1.0, 0.85, 0.85, 0.7, 0.7, 0.55, 0.55, 0.4, 0.4, 0.4);
        assertThat(annealing.nextP()).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void shouldKeepThePenaltyAsStrongByTheLastTenBatches() {
        Annealing annealing = annealing();
        annealing.add(1e9, 1, 1, 1000); // forgotten
        for (int i = 0; i < 9; i++) {
            annealing.add(3, 6, 2, 1000);
        }
        annealing.add(13, 26, 200, 1000);

        assertThat(annealing.factor()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void shouldGoOnFromASavedState() {
        Annealing one = annealing();
        Annealing other = annealing();
        for (int tokens = 50; tokens <= 1000; tokens += 50) {
            one.add(tokens, 2 + tokens % 70, tokens, 1000);
            other.add(tokens, 2 + tokens % 70, tokens, 1000);
            MemoryState saved = new MemoryState();
            other.save(saved);
            other = annealing();
            other.restore(saved);
        }

        assertThat(other.p()).isEqualTo(one.p());
        assertThat(other.factor()).isEqualTo(one.factor());
    }

    private static Annealing annealing() {
        return new Annealing(0.2, 0.4, 4);
    }
}
