package dev.sluice.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.TestTorch;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpperBoundsTest {
    private static final int ROWS = 64;
    private static final int LATENTS = 64;
    private static final int WIDTH = 48;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Numbers just below the middle of two of bfloat16 lose the most that one may lose, and here all the same way. */
    @Test
    void shouldBoundProductsThatRoundingMakesSmaller() {
        assertBounded(rows("x", 1.0039f, 0), rows("w", 1.0039f, 0));
    }

    @Test
    void shouldBoundProductsOfAnySign() {
        assertBounded(rows("x", 0, 1), rows("w", 0, 1));
    }

    @Test
    void shouldSayWhereSumsMayOverflow() {
        Encoder encoder = new Encoder(
                manager.full(new Shape(LATENTS, WIDTH), 1e8f),
                manager.zeros(new Shape(LATENTS)),
                manager.ones(new Shape(LATENTS)));
        try (UpperBounds all = new UpperBounds(manager, encoder.weights());
                UpperBounds.Of bounds = all.of(encoder)) {
            assertThat(bounds.hold(1e20f)).isTrue();
            assertThat(bounds.hold(1e29f)).isFalse();
            assertThat(bounds.hold(Float.POSITIVE_INFINITY)).isFalse();
            assertThat(bounds.hold(Float.NaN)).isFalse();
        }
    }

    /** Rows of numbers about {@code mean}, each row with a scale of its own. */
    private static float[] rows(String purpose, float mean, float deviation) {
        CounterRandom random = new CounterRandom(5, purpose);
        float[] values = new float[ROWS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = mean + deviation * (float) (2 * random.uniform(i) - 1);
            values[i] *= 1 << i / WIDTH % 5;
        }
        return values;
    }

    private void assertBounded(float[] x, float[] w) {
        float[] norms = new float[LATENTS];
        float[] biases = new float[LATENTS];
        for (int j = 0; j < LATENTS; j++) {
            norms[j] = 1 + 0.02f * j;
            biases[j] = 0.37f * (j - 30);
        }
        NDArray weights = manager.create(w, new Shape(LATENTS, WIDTH));
        try (UpperBounds all = new UpperBounds(manager, weights);
                UpperBounds.Of bounds = all.of(new Encoder(weights, manager.create(biases), manager.create(norms)))) {
            NDArray block = bounds.block();
            bounds.write(bounds.rows(manager.create(x, new Shape(ROWS, WIDTH))), 0, ROWS, block);
            ShortBuffer z = block.toByteBuffer(true).asShortBuffer();
            PairwiseDot dot = new PairwiseDot(WIDTH);
            for (int i = 0; i < ROWS * LATENTS; i++) {
                int latent = i % LATENTS;
                float product = dot.of(x, i / LATENTS * WIDTH, w, latent * WIDTH);
                float least = UpperBounds.least((product + biases[latent]) * norms[latent]);
                assertThat(Float.intBitsToFloat(z.get(i) << 16)).isGreaterThanOrEqualTo(least);
            }
        }
    }
}
