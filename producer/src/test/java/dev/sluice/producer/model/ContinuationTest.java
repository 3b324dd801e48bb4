package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.model.HookPoint.Site;
import dev.sluice.producer.model.LogitScalar.Term;
import dev.sluice.producer.tensor.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
class ContinuationTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/lm");
    private static final int VOCABULARY = 512;

    private static Torch torch;
    private static LanguageModel gpt2;
    private static LanguageModel parallel;
    private static LanguageModel sequential;

    /** The parallel one in bfloat16. */
    private static LanguageModel narrow;

    private NDManager manager;

    @BeforeAll
    static void start() {
        torch = Torch.start(2);
        gpt2 = LanguageModel.open(GOLDEN.resolve("gpt2_tiny"), torch.manager());
        parallel = LanguageModel.open(GOLDEN.resolve("gpt_neox_tiny"), torch.manager());
        sequential = LanguageModel.open(GOLDEN.resolve("gpt_neox_tiny_sequential_fullrotary"), torch.manager());
        narrow = LanguageModel.open(GOLDEN.resolve("gpt_neox_tiny"), torch.manager(), Dtype.BF16);
    }

    @AfterAll
    static void stop() {
        everyModel().forEach(LanguageModel::close);
        torch.close();
    }

    @BeforeEach
    void open() {
        manager = torch.manager().newSubManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static List<LanguageModel> float32Models() {
        return List.of(gpt2, parallel, sequential);
    }

    private static List<LanguageModel> everyModel() {
        return List.of(gpt2, parallel, sequential, narrow);
    }

    private static int[][] sequences(long seed, int... lengths) {
        Random random = new Random(seed);
        return Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, 0, VOCABULARY).toArray())
                .toArray(int[][]::new);
    }

    private NDArray noise(long seed, NDArray like) {
        Random random = new Random(seed);
        float[] values = new float[(int) like.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, like.getShape());
    }

    private static float[][] nll(Continuation continuation) {
        try (Predictions predictions = continuation.predict()) {
            return predictions.nll();
        }
    }

    /** The values of the tokens there are. */
    private static List<float[]> within(NDArray cube, int[][] sequences) {
        List<float[]> values = new ArrayList<>();
        for (int i = 0; i < sequences.length; i++) {
            values.add(cube.get(i).get("0:" + sequences[i].length).toFloatArray());
        }
        return values;
    }

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

    private static double dot(NDArray a, NDArray b) {
        float[] left = a.toFloatArray();
        float[] right = b.toFloatArray();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (double) left[i] * right[i];
        }
        return sum;
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

    private static void assertRefused(ThrowingCallable call, String... parts) {
        var refusal = assertThatThrownBy(call).isInstanceOf(ModelException.class);
        for (String part : parts) {
            refusal.hasMessageContaining(part);
        }
    }
}
