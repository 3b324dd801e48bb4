package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.model.HookPoint.Site;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A forward pass that goes on from activations: its predictions, what it compares, what it refuses. */
@NullUnmarked
class ContinuationTest extends ContinuationModels {
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("everyModel")
    void shouldGiveTheModelsOwnBitsForTheModelsOwnActivations(LanguageModel model) {
        for (int[] lengths : new int[][] {{1}, {5, 2}, {33, 7, 20}, {100, 100}}) {
            int[][] sequences = sequences(lengths.length, lengths);
            List<float[]> logits = within(model.logits(manager, sequences), sequences);
            float[][] losses = model.nll(sequences);
            Map<HookPoint, NDArray> activations = model.activations(manager, sequences, model.hookPoints());
            activations.forEach((hook, values) -> {
                try (Continuation continuation = model.continueFrom(hook, values, sequences);
                        Predictions predictions = continuation.predict()) {
                    List<float[]> continued = within(predictions.logits(manager), sequences);
                    for (int i = 0; i < continued.size(); i++) {
                        assertThat(Arrays.equals(continued.get(i), logits.get(i)))
                                .as("%s, sequence %d", hook, i)
                                .isTrue();
                    }
                    assertThat(predictions.nll()).as(hook.name()).isDeepEqualTo(losses);
                }
            });
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("float32Models")
    void shouldAddWhatStandsBesideTheActivations(LanguageModel model) {
        int[][] sequences = sequences(1, 20, 9);
        NDArray shape = model.activations(manager, sequences, new HookPoint(1, Site.RESID_PRE));
        NDArray mlp = noise(2, shape);
        HookPoint hook = new HookPoint(1, Site.MLP_OUT);
        NDArray beside = model.beside(manager, hook, sequences);
        try (Continuation computed = model.continueFrom(hook, mlp, sequences);
                Continuation given = model.continueFrom(hook, mlp, beside, sequences);
                Continuation post = model.continueFrom(new HookPoint(1, Site.RESID_POST), beside.add(mlp), sequences)) {
            assertThat(nll(computed)).isDeepEqualTo(nll(post));
            assertThat(nll(given)).isDeepEqualTo(nll(post));
        }
        HookPoint attention = new HookPoint(1, Site.ATTN_OUT);
        assertThat(model.beside(manager, attention, sequences)).isEqualTo(shape);
        NDArray own = model.activations(manager, sequences, attention);
        assertThat(beside).isEqualTo(shape.add(own));
    }

    @Test
    void shouldCompareWithTheOriginalPredictions() {
        int[][] sequences = sequences(9, 44, 60, 1);
        HookPoint hook = new HookPoint(1, Site.RESID_MID);
        NDArray x = gpt2.activations(manager, sequences, hook);
        try (Predictions original = gpt2.predict(sequences);
                Continuation same = gpt2.continueFrom(hook, x, sequences);
                Predictions identity = same.predict();
                Continuation noisy = gpt2.continueFrom(hook, x.add(noise(10, x).mul(0.3)), sequences);
                Predictions changed = noisy.predict()) {
            Comparison none = identity.compareWith(original);
            assertThat(none.nll()).isDeepEqualTo(gpt2.nll(sequences));
            Comparison some = original.compare(List.of(identity, changed)).get(1);
            assertThat(some.nll()).isDeepEqualTo(changed.nll());
            for (int i = 0; i < sequences.length; i++) {
                assertThat(none.kl()[i]).hasSize(sequences[i].length).containsOnly(0);
                assertThat(none.agreement()[i]).hasSize(sequences[i].length).containsOnly(1);
            }
            assertComparison(some, changed.logits(manager), original.logits(manager), sequences);
        }
    }

    private static void assertComparison(Comparison actual, NDArray run, NDArray original, int[][] sequences) {
        for (int i = 0; i < sequences.length; i++) {
            for (int t = 0; t < sequences[i].length; t++) {
                float[] q = run.get(i, t).toFloatArray();
                float[] p = original.get(i, t).toFloatArray();
                double kl = 0;
                for (int v = 0; v < p.length; v++) {
                    double logP = p[v] - logSum(p);
                    kl += Math.exp(logP) * (logP - q[v] + logSum(q));
                }
                assertThat(actual.kl()[i][t]).isCloseTo((float) kl, offset((float) (1e-5 * (1 + kl))));
                assertThat(actual.agreement()[i][t]).isEqualTo(argMax(p) == argMax(q) ? 1 : 0);
            }
        }
    }

    private static double logSum(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum);
    }

    private static int argMax(float[] values) {
        int best = 0;
        for (int i = 0; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    @Test
    void shouldGiveTheOwnerOneArrayAndNoMore() {
        int[][] sequences = sequences(11, 20, 13);
        HookPoint hook = new HookPoint(1, Site.MLP_OUT);
        NDArray x = gpt2.activations(manager, sequences, hook);
        try (Continuation continuation = gpt2.continueFrom(hook, x, sequences);
                Predictions predictions = continuation.predict();
                NDManager owner = torch.manager().newSubManager()) {
            continuation.gradient(owner, LogitScalar.meanNll());
            predictions.logits(owner);
            assertThat(owner.getManagedArrays()).hasSize(2);
            assertThat(manager.getManagedArrays()).hasSize(1);
        }
    }

    @Test
    void shouldRefuseForeignHooksAndWrongShapes() {
        int[][] sequences = sequences(12, 5, 3);
        NDArray right = manager.zeros(new Shape(2, 5, 64));
        HookPoint post = new HookPoint(0, Site.RESID_POST);
        HookPoint mlp = new HookPoint(0, Site.MLP_OUT);
        assertRefused(
                () -> parallel.continueFrom(new HookPoint(0, Site.RESID_MID), right, sequences), "hook_resid_mid");
        assertRefused(() -> gpt2.continueFrom(new HookPoint(3, Site.RESID_PRE), right, sequences), "blocks.3");
        assertRefused(
                () -> gpt2.continueFrom(post, manager.zeros(new Shape(2, 4, 64)), sequences),
                "activations must be float32 (2, 5, 64)",
                "(2, 4, 64)");
        assertRefused(
                () -> gpt2.continueFrom(post, right.toType(DataType.FLOAT64, true), sequences), "float32", "float64");
        assertRefused(
                () -> gpt2.continueFrom(mlp, right, manager.zeros(new Shape(2, 5, 32)), sequences),
                "what stands beside must be float32 (2, 5, 64)",
                "(2, 5, 32)");
        assertRefused(() -> gpt2.continueFrom(post, right, right, sequences), "only hook_attn_out and hook_mlp_out");
        assertRefused(() -> gpt2.beside(manager, post, sequences), "blocks.0.hook_resid_post");
    }
}
