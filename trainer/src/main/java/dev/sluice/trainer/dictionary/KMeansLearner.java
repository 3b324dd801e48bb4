package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Minibatch K-means: x̂ is the nearest centre, by one code of value 1. Until the centres are seeded, x̂ is the mean of
 * the rows seen, without codes.
 */
final class KMeansLearner implements Learner {
    private final NDManager manager;
    private final Centres centres;
    private final Reassignment reassignment;
    private final RunningMean mean;
    private final Seeding seeding;
    private boolean seeded;

    /** Those of the last reconstruction by {@link #learn} and by the views, which their readers may still hold. */
    private @Nullable NDArray atomNorms;

    /** @param manager closed with the learner */
    KMeansLearner(NDManager manager, int latents, long initRows, int width, long seed) {
        this.manager = manager;
        this.centres = new Centres(manager, latents, width);
        this.reassignment = new Reassignment(seed);
        this.mean = new RunningMean(width);
        this.seeding = new Seeding(manager, latents, initRows, width, seed);
    }

    @Override
    public Map<String, Reconstruction> learn(Batch batch) {
        float[] x = batch.x().toFloatArray();
        if (!seeded) {
            Reconstruction before = byMean(batch.rows(), Map.of());
            mean.add(x);
            seed(x);
            return Map.of("", before);
        }
        int[] labels = centres.assign(batch.x());
        double sse;
        Reconstruction before;
        try (Scope scope = new Scope()) {
            NDArray nearest = scope.keep(centres.rows(labels), manager);
            sse = squaredDistance(x, nearest.toFloatArray()) / batch.rows();
            before = new Reconstruction(
                    new AssignedCodes(labels), atomNorms(scope), nearest, Map.of("loss", sse, "sse", sse));
        }
        update(x, labels);
        return Map.of("", before);
    }

    /** Gathers rows; when the centres are chosen, the batch that completed them is the first to move them. */
    private void seed(float[] x) {
        seeded = seeding.add(x);
        if (seeded) {
            int[] all = new int[centres.count()];
            Arrays.setAll(all, i -> i);
            centres.replace(all, seeding.chosen(), 0);
            try (Scope scope = new Scope()) {
                NDArray rows = scope.keep(manager.create(x, new Shape(x.length / mean.width(), mean.width())), manager);
                update(x, centres.assign(rows));
                rows.close();
            }
        }
    }

    private void update(float[] x, int[] labels) {
        boolean due = reassignment.isDue(centres.counts(), labels.length);
        centres.update(x, labels);
        if (due) {
            reassignment.apply(centres, x, mean.width());
        }
    }

    private static double squaredDistance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    private Reconstruction byMean(int rows, Map<String, Double> losses) {
        try (Scope scope = new Scope()) {
            NDArray row = manager.create(mean.toFloats(), new Shape(1, mean.width()));
            NDArray repeated = scope.keep(row.repeat(0, rows), manager);
            return new Reconstruction(CsrCodes.none(rows), atomNorms(scope), repeated, losses);
        }
    }

    private NDArray atomNorms(Scope scope) {
        if (atomNorms != null) {
            atomNorms.close();
        }
        NDArray norms = scope.keep(centres.norms(), manager);
        atomNorms = norms;
        return norms;
    }

    @Override
    public Map<String, Dictionary> views() {
        return Map.of("", new View());
    }

    @Override
    public void save(StateSink out) {
        out.longs("seeded", new long[] {seeded ? 1 : 0});
        mean.save(out);
        if (seeded) {
            centres.save(out);
            reassignment.save(out);
        } else {
            seeding.save(out);
        }
    }

    void restore(StateSource state) {
        seeded = state.longs("seeded")[0] == 1;
        mean.restore(state);
        if (seeded) {
            centres.restore(state);
            reassignment.restore(state);
        } else {
            seeding.restore(state);
        }
    }

    @Override
    public void close() {
        seeding.close();
        centres.close();
        manager.close();
    }

    private final class View implements Dictionary {
        @Override
        public Size size() {
            return new Size(centres.count(), mean.width(), (long) centres.count() * mean.width());
        }

        @Override
        public Reconstruction reconstruct(Batch batch) {
            if (!seeded) {
                return byMean(batch.rows(), Map.of());
            }
            int[] labels = centres.assign(batch.x());
            try (Scope scope = new Scope()) {
                NDArray nearest = scope.keep(centres.rows(labels), manager);
                return new Reconstruction(new AssignedCodes(labels), atomNorms(scope), nearest, Map.of());
            }
        }

        @Override
        public NDArray atoms() {
            try (Scope scope = new Scope()) {
                return scope.keep(centres.copy(), manager);
            }
        }

        @Override
        public void close() {
            // The state is the learner's.
        }
    }
}
