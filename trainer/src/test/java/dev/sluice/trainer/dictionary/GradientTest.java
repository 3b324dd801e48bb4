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
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.kernel.CounterRandom;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients by hand against torch's autograd on the loss as it is written down, dense, in dictionary-maths 2. */
class GradientTest {
    private static final int ROWS = 96;
    private static final int WIDTH = 24;
    private static final int LATENTS = 128;
    private static final int K = 6;
    private static final int DEAD_FROM = 70;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Leaves of the tape: encoder [n, d], its bias, decoder [n, d], its bias. */
    private record Leaves(NDArray encoder, NDArray encoderBias, NDArray decoder, NDArray decoderBias) {
        List<NDArray> all() {
            return List.of(encoder, encoderBias, decoder, decoderBias);
        }

        NDArray preActivations(NDArray x, boolean centred) {
            NDArray input = centred ? x.sub(decoderBias) : x;
            return input.matMul(encoder.transpose()).add(encoderBias);
        }

        NDArray norms() {
            return decoder.square().sum(new int[] {1}).sqrt();
        }

        NDArray decode(NDArray codes) {
            return codes.matMul(decoder).add(decoderBias);
        }
    }

    @ParameterizedTest
    @CsvSource({"saelens, true, 0", "saelens, false, 5", "openai, true, 0", "openai, false, 40"})
    void shouldDeriveTopKAsAutogradDoes(String normalisation, boolean rescale, int auxK) {
        DictionarySpec.TopK spec =
                new DictionarySpec.TopK(LATENTS, K, 0.7, auxK, normalisation, 1, rescale, SaeRules.FREE);

        try (TopKSae sae = new TopKSae(manager, parameters(), spec, false)) {
            NDArray x = x();
            assertGradients(sae, x, leaves -> topKLoss(leaves, x, spec));
        }
    }

    @Test
    void shouldDeriveMultiTopKAsAutogradDoes() {
        DictionarySpec.TopK spec =
                new DictionarySpec.TopK(LATENTS, K, 0.7, 0, AuxK.SAELENS, 1, true, SaeRules.FREE, 0.125);

        try (TopKSae sae = new TopKSae(manager, parameters(), spec, false)) {
            NDArray x = x();
            assertGradients(sae, x, leaves -> {
                NDArray pre = leaves.preActivations(x, true).mul(leaves.norms());
                NDArray more = activation(pre).mul(largest(pre, 4 * K, 0)).div(leaves.norms());
                return topKLoss(leaves, x, spec)
                        .add(meanSquares(x.sub(leaves.decode(more))).mul(0.125));
            });
        }
    }

    private NDArray topKLoss(Leaves leaves, NDArray x, DictionarySpec.TopK spec) {
        NDArray norms =
                spec.rescaleByDecoderNorm() ? leaves.norms() : leaves.norms().onesLike();
        NDArray pre = leaves.preActivations(x, true).mul(norms);
        NDArray codes = activation(pre).mul(largest(pre, K, 0)).div(norms);
        NDArray reconstructed = leaves.decode(codes);
        NDArray sse = meanSquares(x.sub(reconstructed));
        return sse.add(auxLoss(
                leaves,
                pre,
                norms,
                x.sub(reconstructed).stopGradient(),
                new AuxK.Settings(spec.auxCoefficient(), spec.auxK(), spec.auxNormalisation())));
    }

    @ParameterizedTest
    @CsvSource({"saelens, true, 128", "openai, false, 128", "saelens, true, 10;40;100;128"})
    void shouldDeriveBatchTopKAndItsPrefixesAsAutogradDoes(String normalisation, boolean rescale, String prefixes) {
        AuxK.Settings settings = new AuxK.Settings(0.7, 0, normalisation);
        List<Integer> widths =
                Arrays.stream(prefixes.split(";")).map(Integer::valueOf).toList();

        try (BatchTopKSae sae = new BatchTopKSae(manager, parameters(), K, widths, rescale, settings, false)) {
            NDArray x = x();
            assertGradients(sae, x, leaves -> {
                NDArray norms = rescale ? leaves.norms() : leaves.norms().onesLike();
                NDArray pre = leaves.preActivations(x, true).mul(norms);
                NDArray mask =
                        largest(pre.reshape(1, ROWS * LATENTS), K * ROWS, 0).reshape(ROWS, LATENTS);
                NDArray codes = activation(pre).mul(mask).div(norms);
                NDArray loss = manager.create(0f);
                for (int width : widths) {
                    loss = loss.add(meanSquares(x.sub(leaves.decode(codes.mul(firstColumns(width))))));
                }
                NDArray residual = x.sub(leaves.decode(codes)).stopGradient();
                return loss.add(auxLoss(leaves, pre, norms, residual, settings));
            });
        }
    }

    private NDArray firstColumns(int count) {
        float[] mask = new float[LATENTS];
        Arrays.fill(mask, 0, count, 1);
        return manager.create(mask);
    }

    private NDArray auxLoss(Leaves leaves, NDArray pre, NDArray norms, NDArray residual, AuxK.Settings spec) {
        boolean openAi = spec.normalisation().equals(AuxK.OPENAI);
        int most = spec.k() > 0 ? spec.k() : WIDTH / 2;
        int dead = LATENTS - DEAD_FROM;
        NDArray mask = largest(pre, Math.min(most, dead), DEAD_FROM);
        NDArray auxCodes = (openAi ? activation(pre) : pre).mul(mask).div(norms);
        NDArray aux = meanSquares(auxCodes.matMul(leaves.decoder()).sub(residual));
        NDArray scaled = openAi
                ? aux.div(meanSquares(residual.sub(residual.mean(new int[] {0}))))
                : aux.mul(Math.min(1, (double) dead / most));
        return scaled.mul(spec.coefficient());
    }

    @ParameterizedTest
    @CsvSource({"free, true", "free, false", "unit, true", "unit, false"})
    void shouldDeriveTheL1LossAsAutogradDoes(String decoderNorm, boolean centred) {
        DictionarySpec.Standard spec = new DictionarySpec.Standard(LATENTS, 0.4, 0.5, decoderNorm, centred);

        try (StandardSae sae = new StandardSae(manager, parameters(), spec)) {
            NDArray x = x();
            assertGradients(sae, x, leaves -> {
                NDArray codes = activation(leaves.preActivations(x, centred));
                NDArray weighted = decoderNorm.equals(SaeRules.FREE) ? codes.mul(leaves.norms()) : codes;
                double warmedUp = 0.4 * (1000 + ROWS) / (0.5 * 4000);
                return meanSquares(x.sub(leaves.decode(codes)))
                        .add(weighted.sum().div(ROWS).mul(warmedUp));
            });
        }
    }

    private <A extends Activations> void assertGradients(Sae<A> sae, NDArray x, Function<Leaves, NDArray> oracle) {
        DeadLatents dead = new DeadLatents(LATENTS, 1);
        BitSet fired = new BitSet();
        fired.set(0, DEAD_FROM);
        dead.count(fired, ROWS);
        Parameters p = sae.parameters();
        Leaves leaves = new Leaves(
                leaf(p.get(Parameters.ENCODER)),
                leaf(p.get(Parameters.ENCODER_BIAS)),
                leaf(p.get(Parameters.DECODER)),
                leaf(p.get(Parameters.DECODER_BIAS)));
        double expectedLoss = backward(leaves, oracle);

        try (Scope scope = new Scope()) {
            A activations = sae.activate(x);
            Sae.Gradients gradients = sae.gradients(x, activations, new Sae.Progress(1000, ROWS, 4000, dead));

            assertThat(gradients.losses().get("loss")).isCloseTo(expectedLoss, within(1e-5 * expectedLoss));
            for (int i = 0; i < 4; i++) {
                float[] expected = leaves.all().get(i).getGradient().toFloatArray();
                assertThat(gradients.byParameter().get(i).toFloatArray())
                        .usingComparatorWithPrecision(1e-5f * largest(expected))
                        .containsExactly(expected);
            }
            scope.keep(gradients.byParameter().get(1), manager);
        }
    }

    private static double backward(Leaves leaves, Function<Leaves, NDArray> oracle) {
        try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
            NDArray loss = oracle.apply(leaves);
            tape.backward(loss);
            return loss.toType(DataType.FLOAT64, false).getDouble();
        }
    }

    private NDArray leaf(NDArray value) {
        NDArray leaf = manager.create(value.toFloatArray(), value.getShape());
        leaf.setRequiresGradient(true);
        return leaf;
    }

    private static NDArray activation(NDArray pre) {
        return ai.djl.nn.Activation.relu(new NDList(pre)).singletonOrThrow();
    }

    private static NDArray meanSquares(NDArray error) {
        return error.square().sum().div(ROWS);
    }

    /** 1 for the {@code count} largest of each row among the columns from {@code first} on. */
    private NDArray largest(NDArray pre, int count, int first) {
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

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private NDArray x() {
        return new Batches(manager, ROWS, WIDTH, 60, 4, 2).get(0).x();
    }

    /** Biases that matter, decoder rows of different norms, an encoder that is not the decoder's transpose. */
    private Parameters parameters() {
        return new Parameters(manager)
                .with(Parameters.ENCODER, uniform(LATENTS * WIDTH, 0.3, "encoder"), new Shape(LATENTS, WIDTH))
                .with(Parameters.ENCODER_BIAS, uniform(LATENTS, 0.5, "bias"), new Shape(LATENTS))
                .with(Parameters.DECODER, uniform(LATENTS * WIDTH, 0.4, "decoder"), new Shape(LATENTS, WIDTH))
                .with(Parameters.DECODER_BIAS, uniform(WIDTH, 0.5, "decoder bias"), new Shape(WIDTH));
    }

    private static float[] uniform(int count, double bound, String purpose) {
        CounterRandom random = new CounterRandom(3, purpose);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bound * (2 * random.uniform(i) - 1));
        }
        return values;
    }
}
