package dev.sluice.trainer.kernel;

/**
 * The best reconstruction of rows by k given vectors each: a minimises ‖r - Σ_j a_j w_j‖², from the normal equations
 * W Wᵀ a = W r by Cholesky's decomposition in float64. A vector that is a combination of those before it has no weight. A
 * row costs about k² d + k³/3 flop; {@link Chunks} of rows are computed in parallel.
 */
public final class SupportLeastSquares {
    private static final int CHUNK = 32;

    /** Of a vector's squared norm that must be orthogonal to those before it. */
    private static final double LEAST_PIVOT = 1e-10;

    private final float[] vectors;
    private final int width;

    /** @param vectors [n * width]; not copied */
    public SupportLeastSquares(float[] vectors, int width) {
        this.vectors = vectors;
        this.width = width;
    }

    /**
     * Solves every row.
     *
     * @param residuals r, [rows * width]
     * @param support indices of the vectors of each row, [rows * k]
     * @return the weights, [rows * k]
     */
    public float[] solve(float[] residuals, long[] support) {
        int rows = residuals.length / width;
        int k = support.length / rows;
        float[] weights = new float[support.length];
        Chunks.forEach(rows, CHUNK, (from, end) -> {
            Row row = new Row(k);
            for (int i = from; i < end; i++) {
                row.solve(residuals, i, support, weights);
            }
        });
        return weights;
    }

    /** Of one row after another, on one thread. */
    private final class Row {
        private final int k;
        private final float[] chosen;
        private final float[] residual = new float[width];

        /** W Wᵀ, then its factor below and on the diagonal, whose entry is 0 for a vector without weight. */
        private final double[] factor;

        private final double[] solution;

        Row(int k) {
            this.k = k;
            this.chosen = new float[k * width];
            this.factor = new double[k * k];
            this.solution = new double[k];
        }

        void solve(float[] residuals, int row, long[] support, float[] weights) {
            System.arraycopy(residuals, row * width, residual, 0, width);
            for (int i = 0; i < k; i++) {
                System.arraycopy(vectors, (int) support[row * k + i] * width, chosen, i * width, width);
            }
            for (int i = 0; i < k; i++) {
                for (int j = 0; j <= i; j++) {
                    factor[i * k + j] = dot(chosen, i * width, chosen, j * width);
                }
                solution[i] = dot(chosen, i * width, residual, 0);
            }
            decompose();
            substitute();
            for (int i = 0; i < k; i++) {
                weights[row * k + i] = (float) solution[i];
            }
        }

        private double dot(float[] a, int aFrom, float[] b, int bFrom) {
            double even = 0;
            double odd = 0;
            int i = 0;
            for (; i + 1 < width; i += 2) {
                even += (double) a[aFrom + i] * b[bFrom + i];
                odd += (double) a[aFrom + i + 1] * b[bFrom + i + 1];
            }
            return i < width ? even + odd + (double) a[aFrom + i] * b[bFrom + i] : even + odd;
        }

        private void decompose() {
            for (int i = 0; i < k; i++) {
                double whole = factor[i * k + i];
                for (int j = 0; j <= i; j++) {
                    double sum = factor[i * k + j];
                    for (int m = 0; m < j; m++) {
                        sum -= factor[i * k + m] * factor[j * k + m];
                    }
                    factor[i * k + j] = j < i ? quotient(sum, j) : sum > LEAST_PIVOT * whole ? Math.sqrt(sum) : 0;
                }
            }
        }

        private void substitute() {
            for (int i = 0; i < k; i++) {
                for (int m = 0; m < i; m++) {
                    solution[i] -= factor[i * k + m] * solution[m];
                }
                solution[i] = quotient(solution[i], i);
            }
            for (int i = k - 1; i >= 0; i--) {
                for (int m = i + 1; m < k; m++) {
                    solution[i] -= factor[m * k + i] * solution[m];
                }
                solution[i] = quotient(solution[i], i);
            }
        }

        private double quotient(double dividend, int i) {
            double divisor = factor[i * k + i];
            return divisor > 0 ? dividend / divisor : 0;
        }
    }
}
