package dev.sluice.trainer.measure;

import dev.sluice.producer.contract.RowClass;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.DoubleVector;
import dev.sluice.trainer.dictionary.Batch;

/**
 * What the statistics of a batch take from its rows alone: made once per batch, shared by every variant that is
 * measured on it. Holds a copy of the rows, so it outlives the batch. All sums are float64 in row order.
 */
public final class BatchMoments {
    private final int width;
    private final float[] values;
    private final boolean[] rest;
    private final double[] squaredNorms;
    private final RowSums all;
    private final RowSums ofRest;

    private BatchMoments(int width, float[] values, boolean[] rest) {
        this.width = width;
        this.values = values;
        this.rest = rest;
        this.squaredNorms = new double[rest.length];
        this.all = new RowSums(width);
        this.ofRest = new RowSums(width);
        for (int row = 0; row < rest.length; row++) {
            squaredNorms[row] = Products.dot(values, row * width, values, row * width, width);
            all.add(row);
            if (rest[row]) {
                ofRest.add(row);
            }
        }
    }

    public static BatchMoments of(Batch batch) {
        boolean[] rest = new boolean[batch.rows()];
        int first = batch.classes().position();
        for (int row = 0; row < rest.length; row++) {
            rest[row] = batch.classes().get(first + row) == RowClass.REST.code();
        }
        return new BatchMoments(batch.width(), batch.x().toFloatArray(), rest);
    }

    public int rows() {
        return rest.length;
    }

    public int width() {
        return width;
    }

    boolean isRest(int row) {
        return rest[row];
    }

    double squaredNorm(int row) {
        return squaredNorms[row];
    }

    /** The rows, [rows * width]; not to be changed. */
    float[] values() {
        return values;
    }

    /** n, Σ x and Σ ‖x‖² of every row. */
    RowSums all() {
        return all;
    }

    /** The same of the rows of class rest. */
    RowSums ofRest() {
        return ofRest;
    }

    /** n, Σ x and Σ ‖x‖² of some of the rows. */
    final class RowSums {
        private final double[] sum;
        private long rows;
        private double squaredNorm;

        private RowSums(int width) {
            sum = new double[width];
        }

        private void add(int row) {
            rows++;
            squaredNorm += squaredNorms[row];
            for (int i = 0; i < width; i++) {
                sum[i] += values[row * width + i];
            }
        }

        ClassSums.Rows sums() {
            return new ClassSums.Rows(rows, DoubleVector.of(sum), squaredNorm);
        }
    }
}
