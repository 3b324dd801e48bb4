package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.VariantSpec;
import org.junit.jupiter.api.Test;

/** A TopK SAE finds the directions that rows were made of. */
class RecoveryTest {
    private static final int WIDTH = 64;
    private static final int DIRECTIONS = 128;
    private static final int BATCHES = 500;

    @Test
    void shouldRecoverNineOfTenTrueDirections() {
        VariantSpec spec = Specs.variant(Specs.topK(256, 4), Specs.training(512, BATCHES, 4e-3));
        try (NDManager manager = TestTorch.manager();
                Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            Batches batches = new Batches(manager, 512, WIDTH, DIRECTIONS, 4, 21);
            for (int number = 0; number < BATCHES; number++) {
                Batch batch = batches.get(number);
                learner.learn(batch).values().forEach(r -> r.reconstructed().close());
                batch.x().close();
            }
            float[] atoms;
            try (NDArray found = learner.views().values().iterator().next().atoms()) {
                atoms = found.toFloatArray();
            }

            assertThat(recovered(batches.directions(), atoms)).isGreaterThanOrEqualTo(0.9);
        }
    }

    /** Share of directions with an atom of cosine above 0.9. */
    private static double recovered(float[] directions, float[] atoms) {
        int recovered = 0;
        for (int d = 0; d < DIRECTIONS; d++) {
            double best = 0;
            for (int a = 0; a < atoms.length / WIDTH; a++) {
                double product = 0;
                double squares = 0;
                for (int i = 0; i < WIDTH; i++) {
                    product += (double) directions[d * WIDTH + i] * atoms[a * WIDTH + i];
                    squares += (double) atoms[a * WIDTH + i] * atoms[a * WIDTH + i];
                }
                best = Math.max(best, product / Math.sqrt(squares));
            }
            recovered += best > 0.9 ? 1 : 0;
        }
        return (double) recovered / DIRECTIONS;
    }
}
