package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.model.HookPoint.Site;
import dev.sluice.producer.model.LogitScalar.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the bits of a continuation depend on: neither threads nor what lies behind the end of a sequence. */
@NullUnmarked
class ContinuationBitsTest extends ContinuationModels {
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("everyModel")
    void shouldNotReadWhatLiesBehindASequencesEnd(LanguageModel model) {
        int[][] sequences = sequences(7, 30, 4, 17);
        for (HookPoint hook : model.hookPoints()) {
            NDArray x = model.activations(manager, sequences, hook);
            NDArray spoilt = x.duplicate();
            spoilt.set(new NDIndex("1, 4:"), Float.NaN);
            try (Continuation clean = model.continueFrom(hook, x, sequences);
                    Continuation dirty = model.continueFrom(hook, spoilt, sequences)) {
                assertThat(nll(dirty)).isDeepEqualTo(nll(clean));
                NDArray gradient = dirty.gradient(manager, LogitScalar.meanNll());
                assertThat(gradient).isEqualTo(clean.gradient(manager, LogitScalar.meanNll()));
                assertThat(gradient.get(1).get("4:").toFloatArray()).containsOnly(0);
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("everyModel")
    void shouldGiveTheSameBitsForAnyNumberOfThreads(LanguageModel model) {
        for (int[] lengths : new int[][] {{2}, {33, 7, 20}, {128, 128, 128, 100, 90}}) {
            int[][] sequences = sequences(lengths.length, lengths);
            List<float[]> expected = measured(model, sequences);
            assertSameBits(measured(model, sequences), expected);
            for (int threads : new int[] {1, 3, 4}) {
                try (Torch other = Torch.start(threads)) {
                    assertThat(other.threads()).isEqualTo(threads);
                    assertSameBits(measured(model, sequences), expected);
                } finally {
                    Torch.start(2).close();
                }
            }
        }
    }

    private static void assertSameBits(List<float[]> actual, List<float[]> expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Arrays.equals(actual.get(i), expected.get(i)))
                    .as("value %d", i)
                    .isTrue();
        }
    }

    /** Gradients through all layers, and what else is computed of a continuation. */
    private List<float[]> measured(LanguageModel model, int[][] sequences) {
        List<float[]> values = new ArrayList<>();
        HookPoint hook = new HookPoint(0, Site.RESID_PRE);
        NDArray x = model.activations(manager, sequences, hook).mul(0.9);
        try (Predictions original = model.predict(sequences);
                Continuation continuation = model.continueFrom(hook, x, sequences);
                Predictions run = continuation.predict()) {
            for (LogitScalar scalar : List.of(
                    LogitScalar.meanNll(),
                    LogitScalar.meanKl(original),
                    LogitScalar.sum(List.of(new Term(0, 0, 3, 1))))) {
                values.add(continuation.gradient(manager, scalar).toFloatArray());
            }
            values.addAll(List.of(run.compareWith(original).kl()));
            values.addAll(List.of(run.nll()));
        }
        return values;
    }
}
