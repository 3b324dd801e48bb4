package dev.sluice.trainer.dictionary.pca;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The mean [d] and the directions [count, d] by which rows are reconstructed, in float32. They are computed anew when
 * more rows than a share of those that they are of have come since: an eigen-decomposition for each batch would cost
 * more than all else. Those of fewer rows than were seen are state; others follow from it.
 */
final class Projection implements AutoCloseable {
    private static final String ROWS = "projection-rows";
    private static final String MEAN = "projection-mean";
    private static final String DIRECTIONS = "projection-directions";

    private final NDManager manager;
    private final PrincipalDirections source;
    private final double refresh;
    private @Nullable Current current;

    /** @param rows that they are of */
    private record Current(long rows, NDArray mean, NDArray directions) {}

    /** @param refresh the share; 0 for always */
    Projection(NDManager manager, PrincipalDirections source, double refresh) {
        this.manager = manager;
        this.source = source;
        this.refresh = refresh;
    }

    boolean isReady() {
        return source.isReady();
    }

    NDArray mean() {
        return fresh().mean();
    }

    NDArray directions() {
        return fresh().directions();
    }

    private Current fresh() {
        Current known = current;
        if (known == null || isStale(known)) {
            close();
            try (Scope scope = new Scope()) {
                known = kept(scope, source.rows(), meanOfRows(), source.directions());
            }
        }
        return known;
    }

    private boolean isStale(Current known) {
        return source.rows() - known.rows() > refresh * known.rows();
    }

    /** The mean of all rows seen, [d], in the caller's scope. */
    NDArray meanOfRows() {
        double[] mean = source.mean();
        float[] rounded = new float[mean.length];
        for (int i = 0; i < mean.length; i++) {
            rounded[i] = (float) mean[i];
        }
        return manager.create(rounded);
    }

    private Current kept(Scope scope, long rows, NDArray mean, NDArray directions) {
        NDArray rounded = directions.toType(DataType.FLOAT32, false);
        Current kept = new Current(rows, scope.keep(mean, manager), scope.keep(rounded, manager));
        current = kept;
        return kept;
    }

    void save(StateSink out) {
        Current known = current;
        if (known != null && known.rows() < source.rows() && !isStale(known)) {
            out.longs(ROWS, new long[] {known.rows()});
            out.tensor(MEAN, known.mean());
            out.tensor(DIRECTIONS, known.directions());
        }
    }

    void restore(StateSource state) {
        if (state.has(ROWS)) {
            try (Scope scope = new Scope()) {
                NDArray directions = state.tensor(DIRECTIONS, manager);
                Shape expected = new Shape(source.count(), source.mean().length);
                if (!directions.getShape().equals(expected)) {
                    throw new IllegalArgumentException("saved " + DIRECTIONS + " must have the spec's shape " + expected
                            + ", got " + directions.getShape());
                }
                kept(scope, state.longs(ROWS)[0], state.tensor(MEAN, manager), directions);
            }
        }
    }

    @Override
    public void close() {
        if (current != null) {
            current.mean().close();
            current.directions().close();
            current = null;
        }
    }
}
