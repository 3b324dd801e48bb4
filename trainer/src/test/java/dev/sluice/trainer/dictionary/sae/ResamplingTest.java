package dev.sluice.trainer.dictionary.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.AdamSpec;
import dev.sluice.trainer.dictionary.Batches;
import dev.sluice.trainer.dictionary.TestTorch;
import dev.sluice.trainer.kernel.Adam;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplingTest {
    private static final int WIDTH = 24;
    private static final int LATENTS = 40;
    private static final int ROWS = 32;
    private static final int DEAD = 5;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shouldBeDueWhereAMultipleIsPassed() {
        try (Resampling resampling = new Resampling(manager, 100, true, 0);
                Resampling never = new Resampling(manager, 0, true, 0)) {
            assertThat(resampling.isDue(0, 99)).isFalse();
            assertThat(resampling.isDue(99, 100)).isTrue();
            assertThat(resampling.isDue(100, 164)).isFalse();
            assertThat(never.isDue(0, 1000)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveDeadLatentsTheDirectionsOfRowsThatAreReconstructedBadly(boolean unit) {
        double norm = unit ? 1 : 0.1;
        Parameters parameters = Initialisation.tied(manager, LATENTS, WIDTH, norm, 3);
        NDArray x = new Batches(manager, ROWS, WIDTH, 60, 4, 2).get(0).x();
        float[] made = x.toFloatArray();
        for (int i = 0; i < DEAD * WIDTH; i++) {
            made[i] += 1; // only these rows have an error, so only they can be drawn
        }
        DeadLatents counters = new DeadLatents(LATENTS, 1);
        BitSet fired = new BitSet();
        fired.set(DEAD, LATENTS);
        counters.count(fired, ROWS);
        try (Adam adam = new Adam(manager, parameters.values(), AdamSpec.DEFAULT);
                Resampling resampling = new Resampling(manager, 100, unit, 0)) {
            adam.firstMoments().forEach(moment -> moment.addi(1));
            Scope.run(() -> resampling.run(64, x, manager.create(made, x.getShape()), parameters, adam, counters));

            float[] encoder = parameters.get(Parameters.ENCODER).toFloatArray();
            float[] decoder = parameters.get(Parameters.DECODER).toFloatArray();
            float[] rows = x.toFloatArray();
            BitSet drawn = new BitSet();
            for (int latent = 0; latent < DEAD; latent++) {
                drawn.set(rowOf(encoder, latent, rows, 0.2 * norm));
                assertThat(norm(decoder, latent)).isCloseTo(norm, within(1e-5));
            }
            assertThat(drawn.stream()).containsExactly(0, 1, 2, 3, 4);
            float[] moments = adam.firstMoments().get(0).toFloatArray();
            assertThat(Arrays.copyOf(moments, DEAD * WIDTH)).containsOnly(0);
            assertThat(Arrays.copyOfRange(moments, DEAD * WIDTH, LATENTS * WIDTH))
                    .containsOnly(1);
            assertThat(counters.dead()).isEmpty();
        }
    }

    /** Which row the latent's encoder is a multiple of, by this factor. */
    private static int rowOf(float[] encoder, int latent, float[] rows, double factor) {
        for (int row = 0; row < DEAD; row++) {
            boolean same = true;
            for (int i = 0; i < WIDTH; i++) {
                same &= Math.abs(encoder[latent * WIDTH + i] - factor * rows[row * WIDTH + i]) < 1e-5;
            }
            if (same) {
                return row;
            }
        }
        throw new AssertionError("latent " + latent + " has no row's direction");
    }

    private static double norm(float[] rows, int row) {
        double squares = 0;
        for (int i = row * WIDTH; i < (row + 1) * WIDTH; i++) {
            squares += (double) rows[i] * rows[i];
        }
        return Math.sqrt(squares);
    }
}
