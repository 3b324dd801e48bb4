package dev.sluice.trainer.dictionary.pca;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.OneThread;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.RunningMean;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;

/**
 * n, Σ x and Σ x xᵀ of all rows seen, in float64: exact PCA at any time (MATHEMATICS.md, "PCA"), at little more than
 * the d² flop a row of one triangle. The eigenvectors are no state: they are computed when asked for, with one thread,
 * on which their bits depend.
 */
public final class RunningCovariance implements PrincipalDirections {
    private static final String PRODUCTS = "products";

    /** Fewer columns in a panel would leave less to multiply that the other triangle has, in slower products. */
    private static final int LEAST_PANEL = 128;

    private final NDManager manager;
    private final TorchProgram program;
    private final RunningMean mean;
    private final int panels;

    /** Upper triangle; below the diagonal blocks nothing is kept. */
    private final NDArray products;

    public RunningCovariance(NDManager parent, int width) {
        this.manager = parent.newSubManager();
        this.program = TorchProgram.load(manager, RunningCovariance.class, "pca.ts");
        this.mean = new RunningMean(width);
        this.panels = Math.max(1, width / LEAST_PANEL);
        try (Scope scope = new Scope()) {
            products = scope.keep(manager.zeros(new Shape(width, width), DataType.FLOAT64), manager);
        }
    }

    /**
     * Principal directions.
     *
     * @param variances eigenvalues of the population covariance, float64 [d], descending
     * @param directions float64 [d, d], one a row
     */
    record Basis(NDArray variances, NDArray directions) {}

    /** @param x float32, or float64, [rows, d] */
    @Override
    public void add(NDArray x) {
        mean.add(x);
        Scope.run(() -> {
            program.call("add_products", products, StableProduct.padded(x), panels);
        });
    }

    @Override
    public long rows() {
        return mean.rows();
    }

    @Override
    public double[] mean() {
        return mean.toDoubles();
    }

    @Override
    public int count() {
        return mean.width();
    }

    /** With d + 1 rows the covariance can have full rank. */
    @Override
    public boolean isReady() {
        return rows() > count();
    }

    @Override
    public NDArray directions() {
        return basis().directions();
    }

    /** The basis of the rows seen, at least one, in the caller's scope. */
    Basis basis() {
        NDArray centre = manager.create(mean());
        NDList found = OneThread.run(() -> program.call("basis", products, centre, (double) rows()));
        return new Basis(found.get(0), found.get(1));
    }

    @Override
    public void save(StateSink out) {
        mean.save(out);
        Scope.run(() -> {
            out.tensor(PRODUCTS, program.callForOne("symmetric", products));
        });
    }

    @Override
    public void restore(StateSource state) {
        mean.restore(state);
        Scope.run(() -> {
            NDArray saved = state.tensor(PRODUCTS, manager);
            if (!saved.getShape().equals(products.getShape())) {
                throw new IllegalArgumentException("saved " + PRODUCTS + " must have the stream's shape "
                        + products.getShape() + ", got " + saved.getShape());
            }
            saved.copyTo(products);
        });
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
