package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.tensor.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
class LanguageModelTest {
    /** Of a width whose elementwise work three threads cannot share in whole vectors. */
    private static final RandomNeox SHAPE = new RandomNeox(1_000, 80, 3, 5, 256, 0.25);

    @TempDir
    static Path folder;

    private static Torch torch;
    private static LanguageModel model;

    /** The same in bfloat16. */
    private static LanguageModel narrow;

    @BeforeAll
    static void start() throws Exception {
        torch = Torch.start(2);
        SHAPE.write(folder, 7);
        model = LanguageModel.open(folder, torch.manager());
        narrow = LanguageModel.open(folder, torch.manager(), Dtype.BF16);
    }

    @AfterAll
    static void stop() {
        narrow.close();
        model.close();
        torch.close();
    }

    private static int[][] sequences(long seed, int... lengths) {
        Random random = new Random(seed);
        return Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, 0, SHAPE.vocabulary()).toArray())
                .toArray(int[][]::new);
    }

    /** All hooked values and the losses, of the tokens there are. */
    private static List<float[]> everything(LanguageModel model, int[][] sequences) {
        List<float[]> values = new ArrayList<>();
        try (NDManager manager = torch.manager().newSubManager()) {
            Map<HookPoint, NDArray> activations = model.activations(manager, sequences, model.hookPoints());
            activations.values().forEach(array -> {
                for (int i = 0; i < sequences.length; i++) {
                    values.add(array.get(i).get("0:" + sequences[i].length).toFloatArray());
                }
            });
        }
        values.addAll(Arrays.asList(model.nll(sequences)));
        return values;
    }

    private static void assertSameBits(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(Arrays.equals(actual.get(i), expected.get(i)))
                    .as("value %d", i)
                    .isTrue();
        }
    }

    private static List<LanguageModel> models() {
        return List.of(model, narrow);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("models")
    void shouldGiveTheSameBitsForAnyNumberOfThreadsAndEveryCall(LanguageModel model) {
        for (int[] lengths : new int[][] {{1}, {3}, {5, 2}, {16}, {33, 7, 20}, {128, 128, 128, 100, 90}, {255}}) {
            int[][] sequences = sequences(lengths.length, lengths);
            List<float[]> expected = everything(model, sequences);
            assertSameBits(everything(model, sequences), expected);
            assertSameBits(everything(model, sequences), expected);
            for (int threads : new int[] {1, 3, 4}) {
                try (Torch other = Torch.start(threads)) {
                    assertThat(other.threads()).isEqualTo(threads);
                    assertSameBits(everything(model, sequences), expected);
                } finally {
                    Torch.start(2).close();
                }
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("models")
    void shouldNotDependOnTheTokensOfOtherSequences(LanguageModel model) {
        int[][] one = sequences(1, 40, 64, 9);
        int[][] other = sequences(2, 40, 64, 9);
        other[1] = one[1];
        List<float[]> expected = everything(model, one);
        List<float[]> actual = everything(model, other);
        for (int i = 1; i < actual.size(); i += 3) {
            assertThat(actual.get(i)).isEqualTo(expected.get(i));
            assertThat(actual.get(i - 1)).isNotEqualTo(expected.get(i - 1));
        }
    }

    /** bfloat16 has 8 bits: eps is 2^-8. */
    @Test
    void shouldComputeInBfloat16UpToItsRounding() {
        int[][] sequences = sequences(5, 100, 37, 64);
        List<float[]> exact = everything(model, sequences);
        List<float[]> rounded = everything(narrow, sequences);
        for (int i = 0; i < exact.size(); i++) {
            assertThat(relativeError(rounded.get(i), exact.get(i)))
                    .as("value %d", i)
                    .isLessThan(0.02);
        }
        assertThat(rounded.get(exact.size() - 1)).isNotEqualTo(exact.get(exact.size() - 1));
    }

    private static double relativeError(float[] actual, float[] expected) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / norm);
    }

    @Test
    void shouldComputeAPaddedSequenceAsItIsAlone() {
        int[][] together = sequences(3, 100, 37, 1);
        List<float[]> expected = everything(model, new int[][] {together[1]});
        List<float[]> actual = everything(model, together);
        for (int i = 0; i < expected.size(); i++) {
            float[] alone = expected.get(i);
            float[] padded = actual.get(3 * i + 1);
            assertThat(padded).hasSameSizeAs(alone);
            for (int j = 0; j < alone.length; j++) {
                assertThat(padded[j]).isCloseTo(alone[j], offset(2e-5f));
            }
        }
    }

    @Test
    void shouldGiveWhatIsAskedForInThatOrderAndFreeTheRest() {
        HookPoint late = model.hookPoint("blocks.2.hook_mlp_out");
        HookPoint early = model.hookPoint("blocks.0.hook_resid_pre");
        HookPoint middle = model.hookPoint("blocks.1.hook_attn_out");
        int[][] sequences = sequences(4, 20, 20);
        try (NDManager manager = torch.manager().newSubManager()) {
            Map<HookPoint, NDArray> all = model.activations(manager, sequences, model.hookPoints());
            Map<HookPoint, NDArray> some = model.activations(manager, sequences, List.of(late, early));
            Map<HookPoint, NDArray> one = model.activations(manager, sequences, List.of(middle));

            assertThat(some).containsOnlyKeys(late, early);
            assertThat(some.keySet()).containsExactly(late, early);
            assertThat(some.get(late)).isEqualTo(all.get(late));
            assertThat(some.get(early)).isEqualTo(all.get(early));
            assertThat(one.get(middle)).isEqualTo(all.get(middle));
            assertThat(manager.getManagedArrays()).hasSize(all.size() + some.size() + one.size());
        }
    }

    @Test
    void shouldNameTheHookPointsThereAre() {
        assertThat(model.hookPoints()).hasSize(3 * 4).contains(HookPoint.parse("blocks.2.hook_resid_post"));
        for (String absent : List.of("blocks.3.hook_resid_post", "blocks.0.hook_resid_mid")) {
            assertThatThrownBy(() -> model.hookPoint(absent))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(absent)
                    .hasMessageContaining("blocks.<0..2>")
                    .hasMessageContaining("hook_resid_pre, hook_attn_out, hook_mlp_out, hook_resid_post");
        }
        for (String wrong : List.of("blocks.x.hook_mlp_out", "blocks.1.hook_z", "", "blocks.-1.hook_mlp_out")) {
            assertThatThrownBy(() -> model.hookPoint(wrong))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("got '" + wrong + "'")
                    .hasMessageContaining("hook_resid_mid");
        }
        assertThat(HookPoint.parse("blocks.12.hook_resid_mid").name()).isEqualTo("blocks.12.hook_resid_mid");
    }

    @Test
    void shouldRefuseBadTokensBeforeComputing() {
        try (NDManager manager = torch.manager().newSubManager()) {
            List<HookPoint> hooks = model.hookPoints();
            assertThatThrownBy(() -> model.activations(manager, new int[0][], hooks))
                    .hasMessageContaining("at least one sequence");
            assertThatThrownBy(() -> model.activations(manager, new int[][] {{1}, {}}, hooks))
                    .hasMessageContaining("sequence 1 must have 1..256 tokens, got 0");
            assertThatThrownBy(() -> model.nll(sequences(1, 257))).hasMessageContaining("got 257");
            assertThatThrownBy(() -> model.nll(new int[][] {{3, 1_000}}))
                    .hasMessageContaining("token 1 of sequence 0 must be in 0..999, got 1000");
            assertThatThrownBy(() -> model.activations(manager, new int[][] {{1}}, List.of()))
                    .hasMessageContaining("at least one hook point");
            assertThatThrownBy(() -> model.activations(
                            manager, new int[][] {{1}}, List.of(new HookPoint(9, HookPoint.Site.MLP_OUT))))
                    .hasMessageContaining("blocks.9.hook_mlp_out");
        }
    }
}
