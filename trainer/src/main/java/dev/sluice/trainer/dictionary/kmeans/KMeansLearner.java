package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.CsrCodes;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.RunningMean;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.Map;

/**
 * Minibatch K-means: x̂ is the nearest centre, by one code of value 1. Until the centres are seeded, x̂ is the mean of
 * the rows seen, without codes.
 */
final class KMeansLearner implements Learner {
    private final NDManager manager;
    private final Centres centres;
    private final CentreCare care;
    private final RunningMean mean;
    private final FirstCentres first;
    private final RowChoice choice;
    private final LastNorms norms;
    private boolean seeded;

    /**
     * @param manager closed with the learner
     * @param centres closed with the learner
     * @param first closed with the learner
     * @param choice of the rows to learn from
     */
    KMeansLearner(
            NDManager manager, Centres centres, FirstCentres first, CentreCare care, RowChoice choice, int width) {
        this.manager = manager;
        this.centres = centres;
        this.first = first;
        this.care = care;
        this.choice = choice;
        this.mean = new RunningMean(width);
        this.norms = new LastNorms(manager, centres);
    }

    @Override
    public Map<String, Reconstruction> learn(Batch batch) {
        return Map.of("", seeded ? move(batch) : gather(batch));
    }

    private Reconstruction gather(Batch batch) {
        Reconstruction before = byMean(batch.rows(), Map.of());
        Scope.run(() -> choice.learned(batch).ifPresent(rows -> {
            float[] x = rows.x().toFloatArray();
            mean.add(x);
            place(rows, x);
        }));
        return before;
    }

    /** When the centres are placed, the batch that completed them is the first to move them, if it is not in them. */
    private void place(Batch rows, float[] x) {
        seeded = first.add(x, rows.tokenIds());
        if (seeded && !first.countsItsRows()) {
            care.update(centres, x, centres.assign(rows.x()));
        }
    }

    private Reconstruction move(Batch batch) {
        int[] labels = centres.assign(batch.x());
        float[] x = batch.x().toFloatArray();
        Reconstruction before;
        try (Scope scope = new Scope()) {
            NDArray nearest = scope.keep(centres.rows(labels), manager);
            double sse = squaredDistance(x, nearest.toFloatArray()) / batch.rows();
            before = new Reconstruction(
                    new AssignedCodes(labels), norms.next(scope), nearest, Map.of("loss", sse, "sse", sse));
        }
        if (choice.isAll()) {
            care.update(centres, x, labels);
        } else {
            updateByChosen(batch, labels);
        }
        return before;
    }

    private void updateByChosen(Batch batch, int[] labels) {
        int[] chosen = Arrays.stream(choice.of(batch))
                .mapToInt(row -> labels[(int) row])
                .toArray();
        Scope.run(() -> choice.learned(batch)
                .ifPresent(rows -> care.update(centres, rows.x().toFloatArray(), chosen)));
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
            return new Reconstruction(CsrCodes.none(rows), norms.next(scope), repeated, losses);
        }
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
            care.save(out);
        } else {
            first.save(out);
        }
    }

    void restore(StateSource state) {
        seeded = state.longs("seeded")[0] == 1;
        mean.restore(state);
        if (seeded) {
            centres.restore(state);
            care.restore(state);
        } else {
            first.restore(state);
        }
    }

    @Override
    public void close() {
        first.close();
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
                return new Reconstruction(new AssignedCodes(labels), norms.next(scope), nearest, Map.of());
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
