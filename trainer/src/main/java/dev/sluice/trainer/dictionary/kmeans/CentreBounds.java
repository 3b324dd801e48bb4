package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Upper bounds of the float32 scores s(x, c) = x·c - ‖c‖²/2, of which the nearest centre has the largest, by a product of
 * few columns instead of d (MATHEMATICS.md, "Bounds"). With x and c less a mean, split along m directions into what
 * lies in them and the rest, Cauchy and Schwarz have
 *
 * <pre>  x·c - ‖c‖²/2 ≤ x_m·c_m + ‖x_rest‖ ‖c_rest‖ - ‖c‖²/2,</pre>
 *
 * which is a product of m + 2 columns; one more adds what float32 may round in the score and in this product:
 * ε (‖x - μ‖ + ‖x‖) (‖c - μ‖ + ‖c‖), with ε twice (columns + log2 d + 16) 2^-24. Any directions give valid bounds, so
 * none of this is state.
 */
public final class CentreBounds implements AutoCloseable {
    /** Columns beside the coordinates: the norm of the rest, the margin, the half squares. */
    public static final int OTHER_COLUMNS = 3;

    private static final int CHUNK = 4096;
    private static final int DIRECTIONS_FROM_ROWS = 4096;

    private final NDManager manager;
    private final TorchProgram program;
    private final NDArray centres;
    private final NDArray halves;
    private final NDArray mean;
    private final NDArray basis;
    private final NDArray factors;
    private final double margin;

    /**
     * @param centres float32 [K in whole groups, d]
     * @param halves ‖c‖² / 2, float32, infinite for rows that are no centre
     * @param x rows to take the directions from
     * @param columns of the product, at least 4 and at most d + 3
     */
    CentreBounds(NDManager parent, TorchProgram program, NDArray centres, NDArray halves, NDArray x, int columns) {
        this.manager = parent.newSubManager();
        this.program = program;
        this.centres = centres;
        this.halves = halves;
        int width = (int) x.getShape().get(1);
        this.margin = margin(columns, width);
        try (Scope scope = new Scope()) {
            long rows = Math.min(DIRECTIONS_FROM_ROWS, x.getShape().get(0));
            NDList found = program.call("directions", x.get(":" + rows), columns - OTHER_COLUMNS);
            mean = scope.keep(found.get(0), manager);
            basis = scope.keep(found.get(1), manager);
            Shape shape = new Shape(centres.getShape().get(0), columns);
            factors = scope.keep(manager.zeros(shape), manager);
        }
        int all = (int) centres.getShape().get(0);
        for (int from = 0; from < all; from += CHUNK) {
            moved(IntStream.range(from, Math.min(all, from + CHUNK)).toArray());
        }
    }

    private static double margin(int columns, int width) {
        return 2 * (columns + Math.log(width) / Math.log(2) + 16) * 0x1p-24;
    }

    int columns() {
        return (int) factors.getShape().get(1);
    }

    /** Takes the new places of some centres. */
    void moved(int[] indices) {
        Scope.run(() -> {
            NDArray index = manager.create(Arrays.stream(indices).asLongStream().toArray());
            program.call("put_centres", factors, index, centres, halves, mean, basis, margin);
        });
    }

    /**
     * Rows as the bounds see them, in the caller's scope.
     *
     * @param factors float32 [rows, columns]
     * @param shifts by which a score of the row is larger than that of centred vectors, float64 [rows]
     */
    record RowFactors(NDArray factors, NDArray shifts) {}

    RowFactors rows(NDArray x) {
        NDList found = program.call("rows", x, mean, basis);
        return new RowFactors(found.get(0), found.get(1));
    }

    /**
     * Bounds of the centred scores of some rows with every centre.
     *
     * @param rows float32 [count, columns]
     * @param bounds float32 [at least count, K in whole groups], overwritten
     * @return the largest of each group, float32 [count, groups], in the caller's scope
     */
    NDArray bound(NDArray rows, NDArray bounds) {
        return program.callForOne("bound", rows, factors, bounds);
    }

    @Override
    public void close() {
        manager.close();
    }
}
