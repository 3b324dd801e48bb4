package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.sae.AuxK;
import dev.sluice.trainer.dictionary.sae.topk.BatchTopKSae;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import dev.sluice.trainer.dictionary.sae.topk.TopKSae;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of SAEs that select their largest codes. */
class TopKGradientTest extends GradientComparison {
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
}
