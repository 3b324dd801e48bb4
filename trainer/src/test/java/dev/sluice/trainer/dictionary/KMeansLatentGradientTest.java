package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import dev.sluice.trainer.dictionary.kmeans.CodeCentroids;
import dev.sluice.trainer.dictionary.sae.DeadLatents;
import dev.sluice.trainer.dictionary.sae.Sae;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentSae;
import dev.sluice.trainer.kernel.Scope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of codes that are held to centroids. */
class KMeansLatentGradientTest extends GradientComparison {
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
}
