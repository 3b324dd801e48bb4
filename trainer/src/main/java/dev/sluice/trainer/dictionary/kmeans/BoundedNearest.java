package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.Scope;
import dev.sluice.trainer.kernel.TopKSelection;
import org.jspecify.annotations.Nullable;

/**
 * The nearest centre by the float32 scores of {@link dev.sluice.trainer.kernel.PairwiseDot}, without computing most of
 * them: {@link CentreBounds} leave few centres that could be the nearest, {@link BlockSearch} scores these. The answer
 * is that of scoring every centre, whatever the bounds; on data whose bounds leave many, they get more columns.
 */
final class BoundedNearest implements Nearest {
    private static final int FIRST_COLUMNS = 64;

    /** What scoring one centre costs, in units of 2 d flop of a product (measured: it reads far apart places). */
    private static final int COST_OF_A_SCORE = 75;

    private final NDManager manager;
    private final TorchProgram program;
    private final NDArray centres;
    private final NDArray halves;
    private final NDArray buffer;
    private final int width;
    private int columns;

    /** Made of the first rows, and again when there are to be more columns. */
    private @Nullable CentreBounds bounds;

    /**
     * @param centres float32 [K in whole groups, d], on the CPU
     * @param halves ‖c‖² / 2, infinite for rows that are no centre
     */
    BoundedNearest(NDManager parent, NDArray centres, NDArray halves) {
        this.manager = parent.newSubManager();
        this.program = TorchProgram.load(manager, BoundedNearest.class, "bounds.ts");
        this.centres = centres;
        this.halves = halves;
        this.width = (int) centres.getShape().get(1);
        this.columns = Math.min(FIRST_COLUMNS, mostColumns());
        try (Scope scope = new Scope()) {
            int padded = (int) centres.getShape().get(0);
            buffer = scope.keep(TopKSelection.buffer(manager, padded), manager);
        }
    }

    private int mostColumns() {
        return width + CentreBounds.OTHER_COLUMNS;
    }

    /** @throws IllegalArgumentException if a row is not finite, or its squared norm no float32 */
    @Override
    public int[] of(NDArray x) {
        int rows = (int) x.getShape().get(0);
        int[] labels = new int[rows];
        float[] values = x.toFloatArray();
        requireFinite(values, width);
        int block = (int) buffer.getShape().get(0);
        for (int from = 0; from < rows; from += block) {
            int count = Math.min(block, rows - from);
            int first = from;
            long scored = Scope.get(() -> search(x, values, first, count, labels));
            widenIfDear(scored, count);
        }
        return labels;
    }

    private long search(NDArray x, float[] values, int from, int count, int[] labels) {
        CentreBounds current = bounds(x);
        CentreBounds.RowFactors rows = current.rows(x.get(new NDIndex("{}:{}", from, from + count)));
        double[] shifts = rows.shifts().toDoubleArray();
        NDArray peaks = current.bound(rows.factors(), buffer);
        return new BlockSearch(centres, halves.toFloatArray(), buffer, peaks).find(values, from, shifts, labels);
    }

    private static void requireFinite(float[] values, int width) {
        for (int row = 0; row < values.length / width; row++) {
            double squares = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                squares += (double) values[i] * values[i];
            }
            if (!(squares <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "a row must be finite, and its squared norm a float32; row " + row + " of the batch is not");
            }
        }
    }

    private CentreBounds bounds(NDArray x) {
        CentreBounds current = bounds;
        if (current == null) {
            current = new CentreBounds(manager, program, centres, halves, x, columns);
            bounds = current;
        }
        return current;
    }

    /** More columns where scoring what they leave costs more than the product. */
    private void widenIfDear(long scored, int rows) {
        double scores = (double) scored / rows * COST_OF_A_SCORE * width;
        double product = (double) columns * centres.getShape().get(0);
        if (scores > product && columns < mostColumns()) {
            columns = Math.min(2 * columns, mostColumns());
            forget();
        }
    }

    private void forget() {
        if (bounds != null) {
            bounds.close();
            bounds = null;
        }
    }

    @Override
    public void moved(int[] indices) {
        if (bounds != null) {
            bounds.moved(indices);
        }
    }

    @Override
    public void close() {
        forget();
        program.close();
        manager.close();
    }
}
