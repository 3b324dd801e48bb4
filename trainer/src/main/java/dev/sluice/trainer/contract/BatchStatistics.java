package dev.sluice.trainer.contract;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Sums over rows, divided only when read. Adding two gives the statistics of both sets of rows.
 *
 * @param all sums over every row
 * @param rest sums over rows of class rest
 * @param l0Histogram rows by active codes: bin 0 for none, bin b for 2^(b-1) to 2^b - 1
 * @param fired latents that were active on any row
 */
public record BatchStatistics(ClassSums all, ClassSums rest, List<Long> l0Histogram, LatentSet fired) {

    /** The statistics of this set of rows and the other one together. */
    public BatchStatistics plus(BatchStatistics other) {
        return new BatchStatistics(
                all.plus(other.all), rest.plus(other.rest), add(l0Histogram, other.l0Histogram), fired.or(other.fired));
    }

    private static List<Long> add(List<Long> a, List<Long> b) {
        int bins = Math.max(a.size(), b.size());
        return IntStream.range(0, bins)
                .mapToObj(i -> (i < a.size() ? a.get(i) : 0L) + (i < b.size() ? b.get(i) : 0L))
                .toList();
    }

    /**
     * Sums over the rows of one class, in raw units of the activations.
     *
     * @param rows n
     * @param squaredError Σ ‖x - x̂‖²
     * @param squaredNorm Σ ‖x‖²
     * @param sum Σ x, length d
     * @param reconstructionSquaredNorm Σ ‖x̂‖²
     * @param dot Σ x·x̂
     * @param cosine Σ cos(x, x̂), 0 for a row with a zero vector
     * @param normRatio Σ ‖x̂‖ / ‖x‖
     * @param active Σ number of codes that are not 0
     * @param l1 Σ |f_j| ‖w_j‖
     */
    public record ClassSums(
            long rows,
            double squaredError,
            double squaredNorm,
            DoubleVector sum,
            double reconstructionSquaredNorm,
            double dot,
            double cosine,
            double normRatio,
            long active,
            double l1) {
        /** A variance below this share of Σ ‖x‖² is rounding: the rows are all equal. */
        private static final double NO_VARIANCE = 1e-12;

        public static ClassSums zero(int width) {
            return builder(DoubleVector.zeros(width)).build();
        }

        /** Fraction of variance unexplained, SSE / (Σ ‖x‖² - ‖Σ x‖² / n); empty if the rows have no variance, or there is none. */
        public OptionalDouble fvu() {
            double variance = squaredNorm - sum.squaredNorm() / rows;
            return variance > NO_VARIANCE * squaredNorm
                    ? OptionalDouble.of(squaredError / variance)
                    : OptionalDouble.empty();
        }

        public ClassSums plus(ClassSums o) {
            return builder(sum.plus(o.sum))
                    .rows(rows + o.rows)
                    .squaredError(squaredError + o.squaredError)
                    .squaredNorm(squaredNorm + o.squaredNorm)
                    .reconstructionSquaredNorm(reconstructionSquaredNorm + o.reconstructionSquaredNorm)
                    .dot(dot + o.dot)
                    .cosine(cosine + o.cosine)
                    .normRatio(normRatio + o.normRatio)
                    .active(active + o.active)
                    .l1(l1 + o.l1)
                    .build();
        }

        /** What names each sum; those that are not given are 0. */
        public static Builder builder(DoubleVector sum) {
            return new Builder(sum);
        }

        /** Sums that are given by name. */
        public static final class Builder {
            private long rows;
            private double squaredError;
            private double squaredNorm;
            private final DoubleVector sum;
            private double reconstructionSquaredNorm;
            private double dot;
            private double cosine;
            private double normRatio;
            private long active;
            private double l1;

            private Builder(DoubleVector sum) {
                this.sum = sum;
            }

            public Builder rows(long rows) {
                this.rows = rows;
                return this;
            }

            public Builder squaredError(double squaredError) {
                this.squaredError = squaredError;
                return this;
            }

            public Builder squaredNorm(double squaredNorm) {
                this.squaredNorm = squaredNorm;
                return this;
            }

            public Builder reconstructionSquaredNorm(double reconstructionSquaredNorm) {
                this.reconstructionSquaredNorm = reconstructionSquaredNorm;
                return this;
            }

            public Builder dot(double dot) {
                this.dot = dot;
                return this;
            }

            public Builder cosine(double cosine) {
                this.cosine = cosine;
                return this;
            }

            public Builder normRatio(double normRatio) {
                this.normRatio = normRatio;
                return this;
            }

            public Builder active(long active) {
                this.active = active;
                return this;
            }

            public Builder l1(double l1) {
                this.l1 = l1;
                return this;
            }

            public ClassSums build() {
                return new ClassSums(
                        rows,
                        squaredError,
                        squaredNorm,
                        sum,
                        reconstructionSquaredNorm,
                        dot,
                        cosine,
                        normRatio,
                        active,
                        l1);
            }
        }
    }
}
