package dev.sluice.trainer.dictionary.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Batches;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.MemoryState;
import dev.sluice.trainer.dictionary.PlainInference;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.Specs;
import dev.sluice.trainer.dictionary.TestTorch;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The weights of a checkpoint infer as its dictionary does, before and after the norms are folded. */
class SaeWeightsTest {
    private static final int WIDTH = 32;
    private static final int ROWS = 128;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static List<VariantSpec> everySae() {
        return Specs.everyKind().stream().filter(SaeWeightsTest::isExported).toList();
    }

    private static boolean isExported(VariantSpec spec) {
        return Kind.of(spec) instanceof SaeKind && !(spec.dictionary() instanceof KMeansLatent);
    }

    @ParameterizedTest
    @MethodSource("everySae")
    void shouldInferAsTheDictionaryWithItsNormsFoldedOrNot(VariantSpec spec) {
        Batches batches = new Batches(manager, ROWS, WIDTH, 64, 4, 7);
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            for (int number = 0; number < 8; number++) {
                learner.learn(batches.get(number))
                        .values()
                        .forEach(made -> made.reconstructed().close());
            }
            SaeWeights weights =
                    Kind.of(spec).weights(spec, MemoryState.of(learner)).orElseThrow();
            Batch batch = batches.get(8);
            Reconstruction expected = learner.views().values().iterator().next().reconstruct(batch);
            float[] reconstructed = expected.reconstructed().toFloatArray();

            assertSame(weights, batch.x().toFloatArray(), reconstructed);
            assertSame(weights.withNormsFolded(), batch.x().toFloatArray(), reconstructed);
            expected.reconstructed().close();
        }
    }

    private static void assertSame(SaeWeights weights, float[] x, float[] expected) {
        List<PlainInference.Row> rows = new PlainInference(weights).rows(x);
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < WIDTH; i++) {
                float want = expected[row * WIDTH + i];
                assertThat(rows.get(row).reconstructed()[i])
                        .as("row %d column %d", row, i)
                        .isCloseTo(want, within(1e-3 + 1e-3 * Math.abs(want)));
            }
        }
    }

    @Test
    void shouldHaveNoWeightsOfWhatNoOtherLibraryInfersBy() {
        assertThat(Specs.everyKind())
                .filteredOn(spec -> !isExported(spec))
                .isNotEmpty()
                .allSatisfy(spec -> assertThat(Kind.of(spec).weights(spec, new MemoryState()))
                        .isEmpty());
    }
}
