package dev.sluice.trainer.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.sae.CountedActivations;
import dev.sluice.trainer.dictionary.sae.Parameters;
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
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of SAEs of ReLUs, dense and by their active codes. */
class ReluGradientTest extends GradientComparison {
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
}
