package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SAEs that select find the directions that rows were made of. */
class RecoveryTest {
    private static final int WIDTH = 64;
    private static final int DIRECTIONS = 128;
    private static final int BATCHES = 500;

    static List<DictionarySpec> selecting() {
        return List.of(Specs.topK(256, 4), Specs.batchTopK(256, 4));
    }

    @ParameterizedTest
    @MethodSource("selecting")
    void shouldRecoverNineOfTenTrueDirections(DictionarySpec dictionary) {
        VariantSpec spec = Specs.variant(dictionary, Specs.training(512, BATCHES, 4e-3));
        try (NDManager manager = TestTorch.manager();
                Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            Batches batches = new Batches(manager, 512, WIDTH, DIRECTIONS, 4, 21);
            for (int number = 0; number < BATCHES; number++) {
                Batch batch = batches.get(number);
                learner.learn(batch).values().forEach(r -> r.reconstructed().close());
                batch.x().close();
            }
            Reconstruction after = learner.views().values().iterator().next().reconstruct(batches.get(BATCHES));
            assertThat(after.codes().active() / 512.0).as("L0 of inference").isBetween(3.6, 4.4);
            after.reconstructed().close();
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
