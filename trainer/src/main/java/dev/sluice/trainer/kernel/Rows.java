package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import java.util.List;

/** Reductions over rows and columns of float32 matrices [rows, columns] whose bits do not depend on the threads. */
public final class Rows implements AutoCloseable {
    /** float32's machine epsilon, which dictionary_learning adds to norms that it divides by. */
    private static final double EPSILON = Math.ulp(1f);

    /** A shorter vector counts as one of this norm where it divides, as in SAELens. */
    public static final double LEAST_NORM = 1e-8;

    private final TorchProgram program;

    public Rows(NDManager manager) {
        program = TorchProgram.load(manager, Rows.class, "rows.ts");
    }

    /** ‖x_i‖, [rows]. */
    public NDArray norms(NDArray x) {
        return program.callForOne("norms", x);
    }

    /** ‖x_i‖², [rows]. */
    public NDArray squaredNorms(NDArray x) {
        return program.callForOne("squared_norms", x);
    }

    /** Σ_i x_i, [columns]. */
    public NDArray columnSums(NDArray x) {
        return program.callForOne("column_sums", x, StableProduct.LEAST_ROWS);
    }

    /** The norm of all gradients as one vector. */
    public double normOf(List<NDArray> gradients) {
        double squares = 0;
        for (NDArray gradient : gradients) {
            squares += Sums.ofSquares(gradient.getShape().dimension() == 1 ? gradient : norms(gradient));
        }
        return Math.sqrt(squares);
    }

    /** Takes from each row of {@code gradient} its part along the row of {@code w}, in place. */
    public void removeParallel(NDArray gradient, NDArray w) {
        program.call("remove_parallel", gradient, w, EPSILON);
    }

    /**
     * Adds to the gradient of w what a loss has by the norms of its rows, in place: along each row.
     *
     * @param pulls derivatives of the loss by the norms, [rows]
     * @param norms of w, [rows]
     */
    public void addAlong(NDArray gradient, NDArray w, NDArray pulls, NDArray norms) {
        program.call("add_along", gradient, w, pulls, norms);
    }

    /** Scales each row to norm 1, in place. */
    public void makeUnit(NDArray w) {
        program.call("make_unit", w, EPSILON);
    }

    @Override
    public void close() {
        program.close();
    }
}
