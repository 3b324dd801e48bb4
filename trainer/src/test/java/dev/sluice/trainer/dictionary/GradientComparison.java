package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gradients by hand against torch's autograd on the loss as it is written down, dense, in MATHEMATICS.md. */
abstract class GradientComparison {
    static final int ROWS = 96;
    static final int WIDTH = 24;
    static final int LATENTS = 128;
    static final int K = 6;
    static final int DEAD_FROM = 70;

    NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Leaves of the tape, by the names of the parameters. */
    record Leaves(Map<String, NDArray> byName) {
        NDArray get(String name) {
            return Objects.requireNonNull(byName.get(name), name);
        }

        NDArray encoder() {
            return get(Parameters.ENCODER);
        }

        NDArray encoderBias() {
            return get(Parameters.ENCODER_BIAS);
        }

        NDArray decoder() {
            return get(Parameters.DECODER);
        }

        NDArray decoderBias() {
            return get(Parameters.DECODER_BIAS);
        }

        NDArray preActivations(NDArray x, boolean centred) {
            NDArray input = centred ? x.sub(decoderBias()) : x;
            return input.matMul(encoder().transpose()).add(encoderBias());
        }

        NDArray norms() {
            return decoder().square().sum(new int[] {1}).sqrt();
        }

        NDArray decode(NDArray codes) {
            return codes.matMul(decoder()).add(decoderBias());
        }
    }

    <A extends Activations> void assertGradients(Sae<A> sae, NDArray x, Function<Leaves, NDArray> oracle) {
        DeadLatents dead = new DeadLatents(LATENTS, 1);
        BitSet fired = new BitSet();
        fired.set(0, DEAD_FROM);
        dead.count(fired, ROWS);
        Parameters p = sae.parameters();
        Map<String, NDArray> byName = new LinkedHashMap<>();
        p.names().forEach(name -> byName.put(name, leaf(p.get(name))));
        Leaves leaves = new Leaves(byName);
        double expectedLoss = backward(leaves, oracle);

        Scope.run(() -> {
            A activations = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, activations, new Sae.Progress(1000, ROWS, 4000, dead));

            assertThat(gradients.losses().get("loss")).isCloseTo(expectedLoss, within(1e-5 * expectedLoss));
            for (String name : p.names()) {
                float[] expected = leaves.get(name).getGradient().toFloatArray();
                assertThat(gradients.byParameter().get(p.indexOf(name)).toFloatArray())
                        .as(name)
                        .usingComparatorWithPrecision(1e-5f * largest(expected))
                        .containsExactly(expected);
            }
        });
    }

    static double backward(Leaves leaves, Function<Leaves, NDArray> oracle) {
        try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
            NDArray loss = oracle.apply(leaves);
            tape.backward(loss);
            return loss.toType(DataType.FLOAT64, false).getDouble();
        }
    }

    NDArray leaf(NDArray value) {
        NDArray leaf = manager.create(value.toFloatArray(), value.getShape());
        leaf.setRequiresGradient(true);
        return leaf;
    }

    static NDArray activation(NDArray pre) {
        return ai.djl.nn.Activation.relu(new NDList(pre)).singletonOrThrow();
    }

    static NDArray meanSquares(NDArray error) {
        return error.square().sum().div(ROWS);
    }

    /** 1 for the {@code count} largest of each row among the columns from {@code first} on. */
    NDArray largest(NDArray pre, int count, int first) {
        float[] values = pre.toFloatArray();
        float[] mask = new float[values.length];
        int columns = (int) pre.getShape().get(1);
        for (int row = 0; row < values.length / columns; row++) {
            float[] candidates = Arrays.copyOfRange(values, row * columns + first, (row + 1) * columns);
            Arrays.sort(candidates);
            float least = candidates[candidates.length - count];
            for (int i = row * columns + first; i < (row + 1) * columns; i++) {
                mask[i] = values[i] >= least ? 1 : 0;
            }
        }
        return manager.create(mask, pre.getShape());
    }

    static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    NDArray x() {
        return new Batches(manager, ROWS, WIDTH, 60, 4, 2).get(0).x();
    }

    /** Biases that matter, decoder rows of different norms, an encoder that is not the decoder's transpose. */
    Parameters parameters() {
        return new Parameters(manager)
                .with(Parameters.ENCODER, uniform(LATENTS * WIDTH, 0.3, "encoder"), new Shape(LATENTS, WIDTH))
                .with(Parameters.ENCODER_BIAS, uniform(LATENTS, 0.5, "bias"), new Shape(LATENTS))
                .with(Parameters.DECODER, uniform(LATENTS * WIDTH, 0.4, "decoder"), new Shape(LATENTS, WIDTH))
                .with(Parameters.DECODER_BIAS, uniform(WIDTH, 0.5, "decoder bias"), new Shape(WIDTH));
    }

    static float[] uniform(int count, double bound, String purpose) {
        CounterRandom random = new CounterRandom(3, purpose);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bound * (2 * random.uniform(i) - 1));
        }
        return values;
    }
}
