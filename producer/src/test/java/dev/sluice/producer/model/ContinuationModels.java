package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.tensor.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tiny models, and what tests of their continuations share. */
@NullUnmarked
abstract class ContinuationModels {
    static final Path GOLDEN = Path.of("src/test/resources/golden/lm");
    static final int VOCABULARY = 512;

    static Torch torch;
    static LanguageModel gpt2;
    static LanguageModel parallel;
    static LanguageModel sequential;

    /** The parallel one in bfloat16. */
    static LanguageModel narrow;

    NDManager manager;

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

    static List<LanguageModel> float32Models() {
        return List.of(gpt2, parallel, sequential);
    }

    static List<LanguageModel> everyModel() {
        return List.of(gpt2, parallel, sequential, narrow);
    }

    static int[][] sequences(long seed, int... lengths) {
        Random random = new Random(seed);
        return Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, 0, VOCABULARY).toArray())
                .toArray(int[][]::new);
    }

    NDArray noise(long seed, NDArray like) {
        Random random = new Random(seed);
        float[] values = new float[(int) like.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, like.getShape());
    }

    static float[][] nll(Continuation continuation) {
        try (Predictions predictions = continuation.predict()) {
            return predictions.nll();
        }
    }

    /** The values of the tokens there are. */
    static List<float[]> within(NDArray cube, int[][] sequences) {
        List<float[]> values = new ArrayList<>();
        for (int i = 0; i < sequences.length; i++) {
            values.add(cube.get(i).get("0:" + sequences[i].length).toFloatArray());
        }
        return values;
    }

    static double dot(NDArray a, NDArray b) {
        float[] left = a.toFloatArray();
        float[] right = b.toFloatArray();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (double) left[i] * right[i];
        }
        return sum;
    }

    static void assertRefused(ThrowingCallable call, String... parts) {
        var refusal = assertThatThrownBy(call).isInstanceOf(ModelException.class);
        for (String part : parts) {
            refusal.hasMessageContaining(part);
        }
    }
}
