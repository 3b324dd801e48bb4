package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.StableProduct;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;

/**
 * Greedy k-means++ on the rows given (MATHEMATICS.md, "K-means"): each next centre is the best of 2 + ⌊ln K⌋ rows drawn
 * with probability in proportion to D², the squared distance to the nearest centre so far.
 */
final class GreedySeeding implements AutoCloseable {
    /** Candidates are padded to so many, so that the bits of their products do not depend on the threads. */
    private static final int CANDIDATES = StableProduct.LEAST_ROWS;

    private final NDManager manager;
    private final TorchProgram program;

    GreedySeeding(NDManager parent) {
        manager = parent.newSubManager();
        program = TorchProgram.load(manager, GreedySeeding.class, "kmeans.ts");
    }

    /** Flop of one seeding, and about four times as many for what is done per product. */
    static double cost(double rows, double centres, int width) {
        return rows * centres * CANDIDATES * (2.0 * width + Integer.SIZE);
    }

    /**
     * Chooses {@code count} rows.
     *
     * @param x [rows * width], at least 16 rows
     * @return the chosen rows, [count * width]
     */
    float[] choose(float[] x, int width, int count, CounterRandom random) {
        int rows = x.length / width;
        int trials = Math.min(CANDIDATES, 2 + (int) Math.log(count));
        float[] chosen = new float[count * width];
        double[] squares = squaredNorms(x, width);
        double[] nearest = new double[rows];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        try (Scope scope = new Scope()) {
            NDArray points = scope.keep(manager.create(x, new Shape(rows, width)), manager);
            long draw = 0;
            for (int c = 0; c < count; c++) {
                int[] candidates = new int[CANDIDATES];
                if (c == 0) {
                    Arrays.fill(candidates, random.below(rows, draw++));
                } else {
                    double[] cumulative = cumulative(nearest);
                    for (int t = 0; t < trials; t++) {
                        candidates[t] = find(cumulative, random.uniform(draw++));
                    }
                    Arrays.fill(candidates, trials, CANDIDATES, candidates[0]);
                }
                float[] products = products(points, candidates);
                int best = best(candidates, c == 0 ? 1 : trials, products, squares, nearest);
                System.arraycopy(x, candidates[best] * width, chosen, c * width, width);
                take(candidates[best], best, products, squares, nearest);
            }
            points.close();
        }
        return chosen;
    }

    private float[] products(NDArray points, int[] candidates) {
        return Scope.get(() -> {
            NDArray index =
                    manager.create(Arrays.stream(candidates).asLongStream().toArray());
            return program.callForOne("products", points, index).toFloatArray();
        });
    }

    /** The candidate that leaves the least Σ D². */
    private static int best(int[] candidates, int trials, float[] products, double[] squares, double[] nearest) {
        double[] left = new double[trials];
        for (int row = 0; row < nearest.length; row++) {
            for (int t = 0; t < trials; t++) {
                left[t] +=
                        Math.min(nearest[row], distance(row, candidates[t], products[row * CANDIDATES + t], squares));
            }
        }
        int best = 0;
        for (int t = 1; t < trials; t++) {
            best = left[t] < left[best] ? t : best;
        }
        return best;
    }

    private static void take(int chosen, int column, float[] products, double[] squares, double[] nearest) {
        for (int row = 0; row < nearest.length; row++) {
            double distance = distance(row, chosen, products[row * CANDIDATES + column], squares);
            nearest[row] = Math.min(nearest[row], distance);
        }
        nearest[chosen] = 0;
    }

    private static double distance(int row, int other, double product, double[] squares) {
        return Math.max(0, squares[row] + squares[other] - 2 * product);
    }

    private static double[] cumulative(double[] nearest) {
        double[] cumulative = new double[nearest.length];
        double sum = 0;
        for (int row = 0; row < nearest.length; row++) {
            sum += nearest[row];
            cumulative[row] = sum;
        }
        return cumulative;
    }

    /** The first row whose cumulative weight exceeds {@code share} of the whole. */
    private static int find(double[] cumulative, double share) {
        double target = share * cumulative[cumulative.length - 1];
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static double[] squaredNorms(float[] x, int width) {
        double[] squares = new double[x.length / width];
        for (int i = 0; i < x.length; i++) {
            squares[i / width] += (double) x[i] * x[i];
        }
        return squares;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
