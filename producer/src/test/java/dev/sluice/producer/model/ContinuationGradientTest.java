package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.model.HookPoint.Site;
import dev.sluice.producer.model.LogitScalar.Term;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of scalars of the predictions with respect to the activations that a pass goes on from. */
@NullUnmarked
class ContinuationGradientTest extends ContinuationModels {
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("float32Models")
    void shouldDifferentiateAsCentralDifferencesDo(LanguageModel model) {
        int[][] sequences = sequences(3, 12, 7, 3);
        try (Predictions original = model.predict(sequences)) {
            for (HookPoint hook : model.hookPoints()) {
                NDArray own = model.activations(manager, sequences, hook);
                NDArray x = own.add(
                        noise(4, own).mul(0.1 * Math.sqrt(own.square().mean().getFloat())));
                assertGradient(model, hook, x, sequences, LogitScalar.meanNll(), run -> mean(run.nll()));
                assertGradient(
                        model,
                        hook,
                        x,
                        sequences,
                        LogitScalar.meanKl(original),
                        run -> mean(run.compareWith(original).kl()));
                List<Term> terms = List.of(
                        new Term(0, 11, 40, 1),
                        new Term(0, 11, 41, -1),
                        new Term(1, 2, 7, 0.5),
                        new Term(1, 2, 7, 0.25));
                assertGradient(
                        model, hook, x, sequences, LogitScalar.sum(terms), run -> sum(run.logits(manager), terms));
            }
        }
    }

    private interface Measure {
        double of(Predictions run);
    }

    private void assertGradient(
            LanguageModel model, HookPoint hook, NDArray x, int[][] sequences, LogitScalar scalar, Measure measure) {
        NDArray gradient;
        try (Continuation continuation = model.continueFrom(hook, x, sequences)) {
            gradient = continuation.gradient(manager, scalar);
        }
        assertThat(gradient.getShape()).isEqualTo(x.getShape());
        double norm = Math.sqrt(dot(gradient, gradient));
        assertThat(norm).isPositive();
        NDArray random = noise(hook.hashCode(), x);
        double randomNorm = Math.sqrt(dot(random, random));
        // Along the gradient, which has the largest derivative, and along any direction.
        for (NDArray direction : List.of(gradient.div(norm), random.div(randomNorm))) {
            double step = 0.02 * Math.sqrt(x.square().mean().getFloat());
            double difference = (at(model, hook, x.add(direction.mul(step)), sequences, measure)
                            - at(model, hook, x.sub(direction.mul(step)), sequences, measure))
                    / (2 * step);
            // An error of the third order in the step, and 2e-7 nat of float32's rounding over the step.
            assertThat(difference)
                    .as("%s of %s", scalar.getClass().getSimpleName(), hook)
                    .isCloseTo(dot(gradient, direction), offset(2e-3 * norm + 2e-7 / step));
        }
    }

    private static double at(LanguageModel model, HookPoint hook, NDArray x, int[][] sequences, Measure measure) {
        try (Continuation continuation = model.continueFrom(hook, x, sequences);
                Predictions predictions = continuation.predict()) {
            return measure.of(predictions);
        }
    }

    private static double mean(float[][] values) {
        double sum = 0;
        int count = 0;
        for (float[] row : values) {
            for (float value : row) {
                sum += value;
                count++;
            }
        }
        return sum / count;
    }

    private static double sum(NDArray logits, List<Term> terms) {
        return terms.stream()
                .mapToDouble(term -> term.weight() * logits.getFloat(term.sequence(), term.position(), term.token()))
                .sum();
    }

    @Test
    void shouldWeighPositionsOfLosses() {
        int[][] sequences = sequences(5, 6, 4);
        HookPoint hook = new HookPoint(1, Site.RESID_POST);
        NDArray x = gpt2.activations(manager, sequences, hook);
        NDArray other = x.add(noise(6, x));
        float[][] nll = {{.125f, .125f, .125f, .125f, .125f}, {.125f, .125f, .125f}};
        float[][] kl = {{.1f, .1f, .1f, .1f, .1f, .1f}, {.1f, .1f, .1f, .1f}};
        float[][] last = {new float[6], {0, 0, 0, 1}};
        try (Continuation continuation = gpt2.continueFrom(hook, other, sequences);
                Predictions original = gpt2.predict(sequences)) {
            assertThat(continuation.gradient(manager, LogitScalar.nll(nll)))
                    .isEqualTo(continuation.gradient(manager, LogitScalar.meanNll()));
            assertThat(continuation.gradient(manager, LogitScalar.kl(original, kl)))
                    .isEqualTo(continuation.gradient(manager, LogitScalar.meanKl(original)));
            NDArray ofLast = continuation.gradient(manager, LogitScalar.kl(original, last));
            assertThat(dot(ofLast.get(0), ofLast.get(0))).isZero();
            assertThat(dot(ofLast.get(1), ofLast.get(1))).isPositive();
        }
    }

    @Test
    void shouldDifferentiateInBfloat16UpToItsRounding() {
        int[][] sequences = sequences(8, 40, 25);
        HookPoint hook = new HookPoint(0, Site.RESID_PRE);
        NDArray x = parallel.activations(manager, sequences, hook);
        try (Continuation exact = parallel.continueFrom(hook, x, sequences);
                Continuation rounded = narrow.continueFrom(hook, x, sequences)) {
            NDArray expected = exact.gradient(manager, LogitScalar.meanNll());
            NDArray error = rounded.gradient(manager, LogitScalar.meanNll()).sub(expected);
            assertThat(Math.sqrt(dot(error, error) / dot(expected, expected))).isBetween(1e-6, 0.1);
        }
    }

    @Test
    void shouldRefuseScalarsOfOtherSequences() {
        int[][] sequences = sequences(13, 5, 3);
        NDArray x = manager.zeros(new Shape(2, 5, 64));
        try (Continuation continuation = gpt2.continueFrom(new HookPoint(0, Site.RESID_POST), x, sequences);
                Predictions shorter = gpt2.predict(sequences(13, 5, 2));
                Predictions foreign = parallel.predict(sequences)) {
            assertRefused(() -> continuation.gradient(manager, LogitScalar.meanKl(shorter)), "[5, 2]", "[5, 3]");
            assertRefused(() -> continuation.gradient(manager, LogitScalar.meanKl(foreign)), "the same model");
            assertRefused(
                    () -> continuation.gradient(manager, LogitScalar.nll(new float[][] {new float[4], new float[3]})),
                    "[4, 2]",
                    "[4, 3]");
            for (Term term : List.of(new Term(2, 0, 0, 1), new Term(1, 3, 0, 1), new Term(0, 0, 512, 1))) {
                assertRefused(() -> continuation.gradient(manager, LogitScalar.sum(List.of(term))), "must be");
            }
        }
        NDArray one = manager.zeros(new Shape(1, 1, 64));
        try (Continuation alone = gpt2.continueFrom(new HookPoint(0, Site.RESID_POST), one, new int[][] {{7}})) {
            assertRefused(() -> alone.gradient(manager, LogitScalar.meanNll()), "at least 2 tokens");
        }
    }
}
