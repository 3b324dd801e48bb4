package dev.sluice.trainer.dictionary.sae.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.SaeWeights.Architecture;
import dev.sluice.trainer.dictionary.sae.imported.ImportedKind.Imported;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imports infer as plain loops do, and never change. */
class ImportedKindTest {
    private static final int WIDTH = 16;
    private static final int LATENTS = 40;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "TOPK, 5, true, none",
        "TOPK, 5, true, layer-norm",
        "STANDARD, 0, true, none",
        "STANDARD, 0, false, none",
        "STANDARD, 0, true, constant-norm-rescale",
        "JUMP_RELU, 0, true, none",
        "GATED, 0, true, layer-norm"
    })
    void shouldInferAsPlainLoopsDoAndStayAsItIs(
            Architecture architecture, int k, boolean centred, String normalisation) {
        SaeWeights weights = weights(architecture, k, centred, normalisation);
        VariantSpec spec = spec(weights, false);
        Batch batch = new Batches(manager, 50, WIDTH, 20, 3, 1).get(0);
        MemoryState state = state(weights);
        try (Learner learner = Kind.of(spec).restore(spec, WIDTH, state, manager)) {
            Reconstruction made = Objects.requireNonNull(learner.learn(batch).get(""));

            assertSame(made, new PlainInference(weights).rows(batch.x().toFloatArray()));
            assertThat(MemoryState.of(learner)).isEqualTo(state);
            made.reconstructed().close();
        }
    }

    @Test
    void shouldTakeTheMeanOfEachRowAwayAndAddItAgain() {
        SaeWeights weights = weights(Architecture.STANDARD, 0, true, "none");
        VariantSpec spec = spec(weights, true);
        Batch batch = new Batches(manager, 50, WIDTH, 20, 3, 1).get(0);
        float[] centred = batch.x().toFloatArray();
        float[] means = new float[50];
        for (int i = 0; i < centred.length; i++) {
            means[i / WIDTH] += centred[i] / WIDTH;
        }
        for (int i = 0; i < centred.length; i++) {
            centred[i] -= means[i / WIDTH];
        }
        List<PlainInference.Row> expected = new PlainInference(weights).rows(centred);
        for (int row = 0; row < expected.size(); row++) {
            for (int i = 0; i < WIDTH; i++) {
                expected.get(row).reconstructed()[i] += means[row];
            }
        }
        try (Learner learner = Kind.of(spec).restore(spec, WIDTH, state(weights), manager)) {
            Reconstruction made =
                    Objects.requireNonNull(learner.views().get("")).reconstruct(batch);

            assertSame(made, expected);
            made.reconstructed().close();
        }
    }

    @Test
    void shouldSayThatAnImportWithoutItsCheckpointCannotBegin() {
        VariantSpec spec = spec(weights(Architecture.STANDARD, 0, true, "none"), false);

        assertThatThrownBy(() -> Kind.of(spec).create(spec, WIDTH, manager))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("import it again");
    }

    @Test
    void shouldRefuseHostileSpecsBeforeAnythingIsAllocated() {
        Imported hostile = Imported.of(Map.of(
                "latents", 1_000_000_000,
                "architecture", "transcoder",
                "k", -1,
                "normalisation", "batch-norm",
                "sha256", ""));
        VariantSpec spec = Specs.variant(hostile, Specs.training(64, 1, 1));

        assertThat(Kind.of(spec).violations(spec, 4096))
                .anyMatch(each -> each.message().startsWith("dictionary.latents must"))
                .anyMatch(each -> each.message().startsWith("dictionary.architecture must be one of"))
                .anyMatch(each -> each.message().startsWith("dictionary.normalisation must be one of"))
                .anyMatch(each -> each.message().startsWith("dictionary.k must be between 0 and"));
    }

    private static VariantSpec spec(SaeWeights weights, boolean centredRows) {
        return Specs.variant(
                Imported.of(Map.of(
                        "latents", weights.latents(),
                        "architecture", weights.architecture().word(),
                        "k", weights.k(),
                        "centre-input", weights.centresInput(),
                        "normalisation", weights.normalisation(),
                        "centred-rows", centredRows,
                        "sha256", weights.sha256())),
                Specs.training(64, 1, 1));
    }

    private MemoryState state(SaeWeights weights) {
        MemoryState state = new MemoryState();
        weights.shapes()
                .forEach((name, shape) -> state.tensor(name, manager.create(weights.tensor(name), new Shape(shape))));
        return state;
    }

    private static SaeWeights weights(Architecture architecture, int k, boolean centred, String normalisation) {
        Map<String, float[]> tensors = new TreeMap<>();
        for (String name : SaeWeights.names(architecture)) {
            int length = name.equals(SaeWeights.DECODER_BIAS)
                    ? WIDTH
                    : name.equals(SaeWeights.ENCODER) || name.equals(SaeWeights.DECODER) ? LATENTS * WIDTH : LATENTS;
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                // Irregular, of both signs, thresholds positive.
                double value = Math.sin(1 + i * 1.7 + name.length() * 0.9) * 0.4;
                values[i] = (float) (name.equals(SaeWeights.THRESHOLD) ? Math.abs(value) : value);
            }
            tensors.put(name, values);
        }
        return new SaeWeights(
                new SaeWeights.Rule(architecture, k, false, centred, normalisation), WIDTH, LATENTS, tensors);
    }

    private static void assertSame(Reconstruction made, List<PlainInference.Row> expected) {
        float[] reconstructed = made.reconstructed().toFloatArray();
        assertThat(reconstructed).hasSize(expected.size() * WIDTH);
        for (int i = 0; i < reconstructed.length; i++) {
            double want = expected.get(i / WIDTH).reconstructed()[i % WIDTH];
            assertThat((double) reconstructed[i])
                    .as("value %d", i)
                    .isCloseTo(want, within(1e-4 * (1 + Math.abs(want))));
        }
    }
}
