package dev.sluice.trainer.dictionary.sae.topk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Batches;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.Specs;
import dev.sluice.trainer.dictionary.TestTorch;
import dev.sluice.trainer.dictionary.kmeans.CodeCentroids;
import dev.sluice.trainer.dictionary.sae.topk.KMeansLatentKind.KMeansLatent;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Codes are held to centroids that K-means finds, and learning goes on through them. */
class KMeansLatentSaeTest {
    private static final int WIDTH = 32;
    private static final int ROWS = 256;

    private NDManager manager = TestTorch.manager();

    @BeforeEach
    void open() {
        manager = TestTorch.manager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Codes in as many clusters as centroids: each cluster gets its mean. */
    @Test
    void shouldFindTheMeansOfClusteredCodes() {
        int clusters = 12;
        int latents = 40;
        try (CodeCentroids centroids = new CodeCentroids(manager, clusters, latents, 200, 0, 3)) {
            for (int batch = 0; batch < 40; batch++) {
                float[] codes = clustered(clusters, latents, batch);
                Scope.run(() -> {
                    NDArray f = manager.create(codes, new Shape(ROWS, latents));
                    if (centroids.areSeeded()) {
                        centroids.move(f, centroids.nearest(f));
                    } else {
                        centroids.gather(f);
                    }
                });
            }
            float[] codes = clustered(clusters, latents, 99);
            int[] labels = Scope.get(() -> centroids.nearest(manager.create(codes, new Shape(ROWS, latents))));
            Set<Integer> found = new HashSet<>();
            for (int cluster = 0; cluster < clusters; cluster++) {
                int first = labels[cluster];
                for (int row = cluster; row < ROWS; row += clusters) {
                    assertThat(labels[row]).isEqualTo(first);
                }
                found.add(first);
                assertThat(Scope.get(() -> centroids.of(new int[] {first}).toFloatArray()))
                        .containsExactly(mean(cluster, latents), within(0.02f));
            }
            assertThat(found).hasSize(clusters);
        }
    }

    /** Row r belongs to cluster r modulo their number: the cluster's four latents, with noise of mean 0. */
    private static float[] clustered(int clusters, int latents, int batch) {
        CounterRandom random = new CounterRandom(batch, "clustered");
        float[] codes = new float[ROWS * latents];
        for (int row = 0; row < ROWS; row++) {
            float[] mean = mean(row % clusters, latents);
            for (int i = 0; i < latents; i++) {
                double noise = mean[i] == 0 ? 0 : 0.3 * (random.uniform((long) row * latents + i) - 0.5);
                codes[row * latents + i] = (float) (mean[i] + noise);
            }
        }
        return codes;
    }

    private static float[] mean(int cluster, int latents) {
        CounterRandom random = new CounterRandom(cluster, "means");
        float[] mean = new float[latents];
        for (int i = 0; i < 4; i++) {
            mean[random.below(latents, 2L * i)] = (float) (1 + random.uniform(2L * i + 1));
        }
        return mean;
    }

    @Test
    void shouldReconstructByAtMostAsManyCodesAsThereAreCentroids() {
        VariantSpec spec = Specs.variant(Specs.kMeansLatent(128, 20), Specs.training(ROWS, 20, 3e-3));
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            Batches batches = batches();
            double plain = loss(learner, batches.get(0), "commitment");
            double held = 0;
            for (int number = 1; number < 20; number++) {
                held = loss(learner, batches.get(number), "commitment");
            }
            Reconstruction after = learner.views().values().iterator().next().reconstruct(batches.get(20));
            float[] rows = after.reconstructed().toFloatArray();
            after.reconstructed().close();

            assertThat(plain).isZero();
            assertThat(held).isPositive();
            assertThat(distinct(rows)).isBetween(2, 20);
        }
    }

    private static int distinct(float[] rows) {
        Set<String> distinct = new HashSet<>();
        for (int from = 0; from < rows.length; from += WIDTH) {
            distinct.add(Arrays.toString(Arrays.copyOfRange(rows, from, from + WIDTH)));
        }
        return distinct.size();
    }

    @Test
    void shouldLearnThroughItsCentroids() {
        int count = 400;
        VariantSpec spec = Specs.variant(new KMeansLatent(128, 8, 256, 1, 0, 0), Specs.training(ROWS, count, 8e-3));
        try (Learner learner = Kind.of(spec).create(spec, WIDTH, manager)) {
            Batches batches = batches();
            double[] sse = new double[count];
            for (int number = 0; number < count; number++) {
                sse[number] = loss(learner, batches.get(number), "sse");
            }
            double early = Arrays.stream(sse, 5, 25).average().orElseThrow();
            double late = Arrays.stream(sse, count - 20, count).average().orElseThrow();

            assertThat(late).isLessThan(0.6 * early);
        }
    }

    private static double loss(Learner learner, Batch batch, String name) {
        Reconstruction made = learner.learn(batch).values().iterator().next();
        made.reconstructed().close();
        batch.x().close();
        return Objects.requireNonNull(made.losses().get(name), name);
    }

    private Batches batches() {
        return new Batches(manager, ROWS, WIDTH, 64, 2, 13);
    }
}
