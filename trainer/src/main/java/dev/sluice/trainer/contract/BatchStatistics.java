package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sluice.producer.contract.Json;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
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
     * Sums over the rows of one class, in raw units of the activations. In JSON the members of the parts stand side by
     * side.
     *
     * @param in of the rows x
     * @param out of their reconstructions x̂
     * @param codes of their codes f
     */
    public record ClassSums(
            @JsonUnwrapped Rows in,
            @JsonUnwrapped Reconstructed out,
            @JsonUnwrapped Coded codes) {
        /** A variance below this share of Σ ‖x‖² is rounding: the rows are all equal. */
        private static final double NO_VARIANCE = 1e-12;

        /**
         * Sums over rows x.
         *
         * @param rows n
         * @param sum Σ x, length d
         * @param squaredNorm Σ ‖x‖²
         */
        public record Rows(long rows, DoubleVector sum, double squaredNorm) {
            Rows plus(Rows o) {
                return new Rows(rows + o.rows, sum.plus(o.sum), squaredNorm + o.squaredNorm);
            }
        }

        /**
         * Sums over reconstructions x̂ of rows x.
         *
         * @param squaredError Σ ‖x - x̂‖²
         * @param reconstructionSquaredNorm Σ ‖x̂‖²
         * @param dot Σ x·x̂
         * @param cosine Σ cos(x, x̂), 0 for a row with a zero vector
         * @param normRatio Σ ‖x̂‖ / ‖x‖
         */
        public record Reconstructed(
                double squaredError, double reconstructionSquaredNorm, double dot, double cosine, double normRatio) {
            public static final Reconstructed NONE = new Reconstructed(0, 0, 0, 0, 0);

            Reconstructed plus(Reconstructed o) {
                return new Reconstructed(
                        squaredError + o.squaredError,
                        reconstructionSquaredNorm + o.reconstructionSquaredNorm,
                        dot + o.dot,
                        cosine + o.cosine,
                        normRatio + o.normRatio);
            }
        }

        /**
         * Sums over codes f of rows.
         *
         * @param active Σ number of codes that are not 0
         * @param l1 Σ |f_j| ‖w_j‖
         */
        public record Coded(long active, double l1) {
            public static final Coded NONE = new Coded(0, 0);

            Coded plus(Coded o) {
                return new Coded(active + o.active, l1 + o.l1);
            }
        }

        public static ClassSums zero(int width) {
            return new ClassSums(new Rows(0, DoubleVector.zeros(width), 0), Reconstructed.NONE, Coded.NONE);
        }

        @JsonValue
        SortedMap<String, Object> members() {
            return Json.flat(in, out, codes);
        }

        /** Fraction of variance unexplained, SSE / (Σ ‖x‖² - ‖Σ x‖² / n); empty if the rows have no variance, or there is none. */
        public OptionalDouble fvu() {
            double variance = squaredNorm() - sum().squaredNorm() / rows();
            return variance > NO_VARIANCE * squaredNorm()
                    ? OptionalDouble.of(squaredError() / variance)
                    : OptionalDouble.empty();
        }

        public ClassSums plus(ClassSums o) {
            return new ClassSums(in.plus(o.in), out.plus(o.out), codes.plus(o.codes));
        }

        public long rows() {
            return in.rows();
        }

        public DoubleVector sum() {
            return in.sum();
        }

        public double squaredNorm() {
            return in.squaredNorm();
        }

        public double squaredError() {
            return out.squaredError();
        }

        public double reconstructionSquaredNorm() {
            return out.reconstructionSquaredNorm();
        }

        public double dot() {
            return out.dot();
        }

        public double cosine() {
            return out.cosine();
        }

        public double normRatio() {
            return out.normRatio();
        }

        public long active() {
            return codes.active();
        }

        public double l1() {
            return codes.l1();
        }
    }
}
