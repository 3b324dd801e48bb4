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
import dev.sluice.trainer.dictionary.kmeans.CodeCentroids;
import dev.sluice.trainer.dictionary.sae.Activations;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.Parameters;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.SaeRules;
import dev.sluice.trainer.dictionary.sae.relu.AlwaysSparse;
import dev.sluice.trainer.dictionary.sae.relu.DenseSae;
import dev.sluice.trainer.dictionary.sae.relu.GatedKind.Gated;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluKind.JumpRelu;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.dictionary.sae.relu.Listed;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealKind.PAnneal;
import dev.sluice.trainer.dictionary.sae.relu.PAnnealSae;
import dev.sluice.trainer.dictionary.sae.relu.SparseWay;
import dev.sluice.trainer.dictionary.sae.relu.SparseWays;
import dev.sluice.trainer.dictionary.sae.relu.StandardKind.Standard;
import dev.sluice.trainer.dictionary.sae.relu.StandardSae;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKSae;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients by hand against torch's autograd on the loss as it is written down, dense, in MATHEMATICS.md. */
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

    /** Leaves of the tape, by the names of the parameters. */
    private record Leaves(Map<String, NDArray> byName) {
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

    @ParameterizedTest
    @CsvSource({"saelens, true, 0", "saelens, false, 5", "openai, true, 0", "openai, false, 40"})
    void shouldDeriveTopKAsAutogradDoes(String normalisation, boolean rescale, int auxK) {
        TopK spec = TopK.of(Map.of(
                "latents", LATENTS,
                "k", K,
                "aux-coefficient", 0.7,
                "aux-k", auxK,
                "aux-normalisation", normalisation,
                "dead-tokens", 1,
                "rescale-by-decoder-norm", rescale));

        try (TopKSae sae = new TopKSae(manager, parameters(), spec, false)) {
            NDArray x = x();
            assertGradients(sae, x, leaves -> topKLoss(leaves, x, spec));
        }
    }

    @Test
    void shouldDeriveMultiTopKAsAutogradDoes() {
        TopK spec = TopK.of(
                Map.of("latents", LATENTS, "k", K, "aux-coefficient", 0.7, "dead-tokens", 1, "multi-topk", 0.125));

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

    private NDArray topKLoss(Leaves leaves, NDArray x, TopK spec) {
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
    @CsvSource({
        "saelens, true, 128, 1",
        "openai, false, 128, 1",
        "saelens, true, 10;40;100;128, 1",
        "saelens, true, 40;128, 0.3"
    })
    void shouldDeriveBatchTopKAndItsPrefixesAsAutogradDoes(
            String normalisation, boolean rescale, String prefixes, double weight) {
        AuxK.Settings settings = new AuxK.Settings(0.7, 0, normalisation);
        List<Integer> widths =
                Arrays.stream(prefixes.split(";")).map(Integer::valueOf).toList();

        try (BatchTopKSae sae = new BatchTopKSae(
                manager,
                parameters(),
                new BatchTopKSae.Selection(K, new BatchTopKSae.Prefixes(widths, weight), rescale),
                settings,
                false)) {
            NDArray x = x();
            assertGradients(sae, x, leaves -> {
                NDArray norms = rescale ? leaves.norms() : leaves.norms().onesLike();
                NDArray pre = leaves.preActivations(x, true).mul(norms);
                NDArray mask =
                        largest(pre.reshape(1, ROWS * LATENTS), K * ROWS, 0).reshape(ROWS, LATENTS);
                NDArray codes = activation(pre).mul(mask).div(norms);
                NDArray loss = manager.create(0f);
                for (int width : widths) {
                    NDArray squares = meanSquares(x.sub(leaves.decode(codes.mul(firstColumns(width)))));
                    loss = loss.add(squares.mul(width == LATENTS ? 1 : weight));
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
        Standard spec = Standard.of(Map.of(
                "latents", LATENTS,
                "l1-coefficient", 0.4,
                "l1-warm-up", 0.5,
                "decoder-norm", decoderNorm,
                "centre-input", centred));

        try (StandardSae sae = new StandardSae(manager, parameters(), spec)) {
            NDArray x = x();
            assertBothWays(sae, x, leaves -> {
                NDArray codes = activation(leaves.preActivations(x, centred));
                NDArray weighted = decoderNorm.equals(SaeRules.FREE) ? codes.mul(leaves.norms()) : codes;
                double warmedUp = 0.4 * (1000 + ROWS) / (0.5 * 4000);
                return meanSquares(x.sub(leaves.decode(codes)))
                        .add(weighted.sum().div(ROWS).mul(warmedUp));
            });
        }
    }

    /** The loss written with f and the step as functions of θ whose derivatives are the kernel's. */
    @ParameterizedTest
    @CsvSource({
        "l0, 0, free, false",
        "tanh, 0, free, false",
        "tanh, 0, unit, false",
        "target-l0, 0, free, false",
        "l0, 0, unit, true",
        "l0, 0.02, free, false",
        "l0, 0.02, unit, true"
    })
    void shouldDeriveJumpReluAsItsKernelSays(String sparsity, double preAct, String decoderNorm, boolean logarithmic) {
        double eps = 0.3;
        JumpRelu spec = JumpRelu.of(Map.of(
                "latents",
                LATENTS,
                "sparsity-loss",
                sparsity,
                "l0-coefficient",
                0.7,
                "l0-warm-up",
                0.5,
                "l0-target",
                20,
                "bandwidth",
                eps,
                "initial-threshold",
                0.4,
                "pre-act-coefficient",
                preAct,
                "dead-tokens",
                1,
                "decoder-norm",
                decoderNorm));
        double coefficient = 0.7 * (1000 + ROWS) / (0.5 * 4000);
        String name = logarithmic ? JumpReluSae.LOG_THRESHOLD : JumpReluSae.THRESHOLD;
        Parameters parameters = parameters().with(name, uniform(LATENTS, 0.3, "threshold"), new Shape(LATENTS));
        if (!logarithmic) {
            parameters.get(name).set(parameters.get(name).abs().toFloatArray());
        }

        try (JumpReluSae sae = new JumpReluSae(manager, parameters, spec, logarithmic)) {
            NDArray x = x();
            Function<Leaves, NDArray> oracle = leaves -> {
                NDArray theta = logarithmic ? leaves.get(name).exp() : leaves.get(name);
                NDArray moved = theta.sub(theta.stopGradient());
                NDArray pre = leaves.preActivations(x, true);
                NDArray active = pre.gt(theta).toType(DataType.FLOAT32, false).stopGradient();
                NDArray window = pre.sub(theta)
                        .div(eps)
                        .abs()
                        .lt(0.5)
                        .toType(DataType.FLOAT32, false)
                        .stopGradient();
                NDArray fires = active.sub(window.div(eps).mul(moved));
                NDArray codes = pre.mul(active)
                        .sub(window.mul(theta.stopGradient()).div(eps).mul(moved));
                NDArray norms = decoderNorm.equals(SaeRules.FREE)
                        ? leaves.norms()
                        : leaves.norms().onesLike();
                NDArray l0 = fires.sum().div(ROWS);
                NDArray penalty = switch (sparsity) {
                    case "l0" -> l0;
                    case "tanh" -> codes.mul(norms).mul(4).tanh().sum().div(ROWS);
                    default -> l0.div(20).sub(1).square();
                };
                NDArray shortfall =
                        activation(theta.sub(pre)).mul(deadMask()).mul(norms).sum();
                return meanSquares(x.sub(leaves.decode(codes)))
                        .add(penalty.mul(coefficient))
                        .add(shortfall.mul(preAct / ROWS));
            };
            if (preAct > 0) {
                assertGradients(sae, x, oracle);
            } else {
                assertBothWays(sae, x, oracle);
            }
        }
    }

    private NDArray deadMask() {
        float[] mask = new float[LATENTS];
        Arrays.fill(mask, DEAD_FROM, LATENTS, 1);
        return manager.create(mask);
    }

    @ParameterizedTest
    @CsvSource({"free, false", "unit, false", "free, true"})
    void shouldDeriveTheGatedLossAsAutogradDoes(String decoderNorm, boolean attached) {
        Gated spec = new Gated(LATENTS, 0.4, 0.5, decoderNorm);
        double coefficient = 0.4 * (1000 + ROWS) / (0.5 * 4000);

        try (GatedSae sae = new GatedSae(manager, gatedParameters(), spec, attached)) {
            NDArray x = x();
            assertBothWays(sae, x, leaves -> {
                NDArray u = x.sub(leaves.decoderBias()).matMul(leaves.encoder().transpose());
                NDArray pi = u.add(leaves.get(GatedSae.GATE_BIAS));
                NDArray magnitude = activation(
                        u.mul(leaves.get(GatedSae.LOG_SCALE).exp()).add(leaves.get(GatedSae.MAGNITUDE_BIAS)));
                NDArray codes =
                        magnitude.mul(pi.gt(0).toType(DataType.FLOAT32, false).stopGradient());
                NDArray gate = activation(pi);
                NDArray decoder = leaves.decoder();
                NDArray bias = leaves.decoderBias();
                NDArray through = attached
                        ? gate.matMul(decoder).add(bias)
                        : gate.matMul(decoder.stopGradient()).add(bias.stopGradient());
                NDArray weighted = decoderNorm.equals(SaeRules.FREE) ? gate.mul(leaves.norms()) : gate;
                return meanSquares(x.sub(leaves.decode(codes)))
                        .add(weighted.sum().div(ROWS).mul(coefficient))
                        .add(meanSquares(x.sub(through)));
            });
        }
    }

    private Parameters gatedParameters() {
        Shape latents = new Shape(LATENTS);
        return new Parameters(manager)
                .with(Parameters.ENCODER, uniform(LATENTS * WIDTH, 0.3, "encoder"), new Shape(LATENTS, WIDTH))
                .with(GatedSae.GATE_BIAS, uniform(LATENTS, 0.5, "gate"), latents)
                .with(GatedSae.MAGNITUDE_BIAS, uniform(LATENTS, 0.5, "magnitude"), latents)
                .with(GatedSae.LOG_SCALE, uniform(LATENTS, 0.4, "scale"), latents)
                .with(Parameters.DECODER, uniform(LATENTS * WIDTH, 0.4, "decoder"), new Shape(LATENTS, WIDTH))
                .with(Parameters.DECODER_BIAS, uniform(WIDTH, 0.5, "decoder bias"), new Shape(WIDTH));
    }

    /** Both ways, of one SAE; what they compute beside gradients must agree too. */
    private <A extends CountedActivations> void assertBothWays(
            DenseSae<A> sae, NDArray x, Function<Leaves, NDArray> oracle) {
        assertGradients(sae, x, oracle);
        try (SparseWay way = SparseWays.of(manager, sae)) {
            assertGradients(new AlwaysSparse(sae, way), x, oracle);
            Scope.run(() -> assertSame(sae.activate(x), new AlwaysSparse(sae, way).activate(x)));
        }
    }

    private static void assertSame(CountedActivations dense, Listed sparse) {
        assertThat(sparse.codesPerRow()).isEqualTo(dense.codesPerRow());
        assertThat(sparse.fired()).isEqualTo(dense.fired());
        assertThat(values(sparse.codes(ROWS - 1))).containsExactly(values(dense.codes(ROWS - 1)), within(1e-5f));
        assertThat(sparse.reconstructed().toFloatArray())
                .containsExactly(dense.reconstructed().toFloatArray(), within(1e-5f));
    }

    /** As [rows, n]. */
    private static float[] values(Codes codes) {
        float[] dense = new float[ROWS * LATENTS];
        codes.forEachRow((row, latents, values, from, count) -> {
            for (int i = from; i < from + count; i++) {
                dense[row * LATENTS + latents[i]] = values[i];
            }
        });
        return dense;
    }

    private <A extends Activations> void assertGradients(Sae<A> sae, NDArray x, Function<Leaves, NDArray> oracle) {
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

    @Test
    void shouldDeriveAPenaltyThatDoesNotWeighByDecoderNorms() {
        Standard spec = Standard.of(Map.of(
                "latents", LATENTS, "l1-coefficient", 0.4, "l1-warm-up", 0, "penalty-weight", SaeRules.UNWEIGHTED));

        try (StandardSae sae = new StandardSae(manager, parameters(), spec)) {
            NDArray x = x();
            assertBothWays(sae, x, leaves -> {
                NDArray codes = activation(leaves.preActivations(x, true));
                return meanSquares(x.sub(leaves.decode(codes)))
                        .add(codes.sum().div(ROWS).mul(0.4));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"free, 0", "free, 1", "unit, 3"})
    void shouldDeriveTheAnnealedPenaltyAsAutogradDoes(String decoderNorm, int steps) {
        PAnneal spec = PAnneal.of(Map.of(
                "latents",
                LATENTS,
                "coefficient",
                0.4,
                "coefficient-warm-up",
                0,
                "anneal-start",
                0,
                "p-end",
                0.4,
                "steps",
                3,
                "decoder-norm",
                decoderNorm));
        double p = 1 - 0.6 * steps / 3;
        double[] annealing = new double[23];
        annealing[0] = steps;
        annealing[1] = 0.5;
        MemoryState state = new MemoryState();
        state.doubles("annealing", annealing);

        try (PAnnealSae sae = new PAnnealSae(manager, parameters(), spec)) {
            sae.restore(state);
            NDArray x = x();
            assertBothWays(sae, x, leaves -> {
                NDArray codes = activation(leaves.preActivations(x, true));
                NDArray active = codes.gt(0).toType(DataType.FLOAT32, false).stopGradient();
                NDArray weighted = decoderNorm.equals(SaeRules.FREE) ? codes.mul(leaves.norms()) : codes;
                // Away from 0, where autograd's power has no derivative; what is added there is masked again.
                NDArray powers = weighted.add(active.sub(1).abs()).pow(p).mul(active);
                NDArray penalty = powers.sum(new int[] {1}).pow(1 / p).sum().div(ROWS);
                return meanSquares(x.sub(leaves.decode(codes))).add(penalty.mul(0.5 * 0.4));
            });
        }
    }

    /** With the estimator written out: f plus a constant that makes it the nearest centroid. */
    @ParameterizedTest
    @CsvSource({"false, 0.25, 6", "true, 0.25, 6", "true, 0, 6", "true, 0.7, 128"})
    void shouldDeriveHeldCodesStraightThrough(boolean seeded, double commitment, int k) {
        KMeansLatent spec = new KMeansLatent(LATENTS, k, 20, commitment, 0, 0);
        CodeCentroids centroids = new CodeCentroids(manager, 20, LATENTS, 60, 0, 5);

        try (KMeansLatentSae sae = new KMeansLatentSae(manager, parameters(), spec, centroids)) {
            if (seeded) {
                NDArray earlier =
                        new Batches(manager, ROWS, WIDTH, 60, 4, 2).get(1).x();
                Scope.run(() -> sae.advance(
                        sae.activate(earlier), new Sae.Progress(0, ROWS, ROWS, new DeadLatents(LATENTS, 1))));
            }
            NDArray x = x();
            assertGradients(sae, x, leaves -> {
                NDArray pre = leaves.preActivations(x, true);
                NDArray f = activation(pre).mul(largest(pre, k, 0));
                NDArray q = seeded ? nearest(f, stateOf(sae).floats("centres")) : f.stopGradient();
                NDArray held = f.add(q.sub(f).stopGradient());
                return meanSquares(x.sub(leaves.decode(held)))
                        .add(meanSquares(f.sub(q)).mul(commitment));
            });
        }
    }

    private static MemoryState stateOf(Sae<?> sae) {
        MemoryState state = new MemoryState();
        sae.save(state);
        return state;
    }

    private NDArray nearest(NDArray codes, float[] centroids) {
        float[] rows = codes.toFloatArray();
        float[] nearest = new float[rows.length];
        for (int row = 0; row < ROWS; row++) {
            double least = Double.POSITIVE_INFINITY;
            for (int c = 0; c < centroids.length; c += LATENTS) {
                double distance = 0;
                for (int i = 0; i < LATENTS; i++) {
                    distance += Math.pow((double) rows[row * LATENTS + i] - centroids[c + i], 2);
                }
                if (distance < least) {
                    least = distance;
                    System.arraycopy(centroids, c, nearest, row * LATENTS, LATENTS);
                }
            }
        }
        return manager.create(nearest, codes.getShape());
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
