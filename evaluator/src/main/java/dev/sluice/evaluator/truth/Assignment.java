package dev.sluice.evaluator.truth;

import java.util.Arrays;

/**
 * The assignment of rows to columns with the largest sum of similarities, each used once at most: the Hungarian method by
 * shortest augmenting paths, O(rows² columns).
 *
 * @see <a href="https://doi.org/10.1002/nav.3800020109">Kuhn 1955, The Hungarian method for the assignment problem</a>
 */
final class Assignment {
    private static final int NONE = -1;

    private final float[] similarity;
    private final int rows;
    private final int columns;
    private final double[] rowPrice;
    private final double[] columnPrice;
    private final int[] rowOf;

    private Assignment(float[] similarity, int rows, int columns) {
        this.similarity = similarity;
        this.rows = rows;
        this.columns = columns;
        this.rowPrice = new double[rows];
        this.columnPrice = new double[columns];
        this.rowOf = new int[columns];
        Arrays.fill(rowOf, NONE);
    }

    /**
     * The column of each row, [rows]; -1 where there are more rows than columns.
     *
     * @param similarity [rows, columns], row-major
     */
    static int[] largest(float[] similarity, int rows, int columns) {
        if (rows > columns) {
            return inverse(largest(transposed(similarity, rows, columns), columns, rows), rows);
        }
        Assignment assignment = new Assignment(similarity, rows, columns);
        for (int row = 0; row < rows; row++) {
            assignment.augment(row);
        }
        return inverse(assignment.rowOf, rows);
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] turned = new float[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            turned[i % columns * rows + i / columns] = matrix[i];
        }
        return turned;
    }

    private static int[] inverse(int[] of, int count) {
        int[] inverse = new int[count];
        Arrays.fill(inverse, NONE);
        for (int i = 0; i < of.length; i++) {
            if (of[i] != NONE) {
                inverse[of[i]] = i;
            }
        }
        return inverse;
    }

    /** Finds the cheapest path from a row to a free column, and takes it. */
    private void augment(int start) {
        double[] distance = new double[columns];
        int[] from = new int[columns];
        boolean[] done = new boolean[columns];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        Arrays.fill(from, NONE);
        int row = start;
        int last = NONE;
        while (row != NONE) {
            int next = relax(row, last, distance, from, done);
            double least = distance[next];
            rowPrice[start] += least;
            for (int column = 0; column < columns; column++) {
                if (done[column]) {
                    rowPrice[rowOf[column]] += least;
                    columnPrice[column] -= least;
                } else {
                    distance[column] -= least;
                }
            }
            done[next] = true;
            last = next;
            row = rowOf[next];
        }
        for (int column = last; column != NONE; column = from[column]) {
            rowOf[column] = from[column] == NONE ? start : rowOf[from[column]];
        }
    }

    /** Shortens the distances by way of a row; the nearest column that is not done. */
    private int relax(int row, int last, double[] distance, int[] from, boolean[] done) {
        int nearest = NONE;
        for (int column = 0; column < columns; column++) {
            if (!done[column]) {
                double cost = -similarity[row * columns + column] - rowPrice[row] - columnPrice[column];
                if (cost < distance[column]) {
                    distance[column] = cost;
                    from[column] = last;
                }
                if (nearest == NONE || distance[column] < distance[nearest]) {
                    nearest = column;
                }
            }
        }
        return nearest;
    }
}
