package dev.sluice.trainer.measure;

import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.dictionary.Codes;
import java.util.Arrays;
import java.util.BitSet;

/** The sums of one batch while they grow, for every row and for those of class rest. */
final class Tally implements Codes.RowVisitor {
    private final BatchMoments moments;
    private final float[] atomNorms;
    private final Sums all = new Sums();
    private final Sums rest = new Sums();
    private final long[] histogram = new long[Integer.SIZE + 1];
    private final int[] firings;

    private static final class Sums {
        private double squaredError;
        private double reconstructionSquaredNorm;
        private double dot;
        private double cosine;
        private double normRatio;
        private long active;
        private double l1;

        private void add(double error, double outSquared, double product, double inSquared) {
            squaredError += error;
            reconstructionSquaredNorm += outSquared;
            dot += product;
            if (inSquared > 0) {
                normRatio += Math.sqrt(outSquared) / Math.sqrt(inSquared);
                cosine += outSquared > 0 ? product / (Math.sqrt(outSquared) * Math.sqrt(inSquared)) : 0;
            }
        }

        private void add(int count, double rowL1) {
            active += count;
            l1 += rowL1;
        }

        private ClassSums with(BatchMoments.RowSums rows) {
            return new ClassSums(
                    rows.sums(),
                    new ClassSums.Reconstructed(squaredError, reconstructionSquaredNorm, dot, cosine, normRatio),
                    new ClassSums.Coded(active, l1));
        }
    }

    Tally(BatchMoments moments, float[] atomNorms) {
        this.moments = moments;
        this.atomNorms = atomNorms;
        this.firings = new int[atomNorms.length];
    }

    /** @param out the reconstruction, [rows * width] */
    void addRows(float[] out) {
        int width = moments.width();
        float[] in = moments.values();
        for (int row = 0; row < moments.rows(); row++) {
            int from = row * width;
            double error = Products.squaredDistance(in, from, out, from, width);
            double outSquared = Products.dot(out, from, out, from, width);
            double product = Products.dot(in, from, out, from, width);
            all.add(error, outSquared, product, moments.squaredNorm(row));
            if (moments.isRest(row)) {
                rest.add(error, outSquared, product, moments.squaredNorm(row));
            }
        }
    }

    @Override
    public void row(int row, int[] latents, float[] values, int from, int count) {
        double l1 = 0;
        for (int i = from; i < from + count; i++) {
            l1 += Math.abs((double) values[i]) * atomNorms[latents[i]];
            firings[latents[i]]++;
        }
        histogram[bin(count)]++;
        all.add(count, l1);
        if (moments.isRest(row)) {
            rest.add(count, l1);
        }
    }

    BatchStatistics statistics() {
        return new BatchStatistics(
                all.with(moments.all()),
                rest.with(moments.ofRest()),
                Arrays.stream(trim(histogram)).boxed().toList(),
                firedSet());
    }

    /** Adds the rows on which each latent was active. */
    void addFirings(long[] to) {
        for (int latent = 0; latent < firings.length; latent++) {
            to[latent] += firings[latent];
        }
    }

    private LatentSet firedSet() {
        BitSet bits = new BitSet(firings.length);
        for (int latent = 0; latent < firings.length; latent++) {
            bits.set(latent, firings[latent] > 0);
        }
        return LatentSet.of(bits);
    }

    /** The number of the histogram's bin: 0 for no active code, b for 2^(b-1) to 2^b - 1. */
    private static int bin(int active) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(active);
    }

    /** The histogram without the empty bins at its end. */
    private static long[] trim(long[] histogram) {
        int bins = histogram.length;
        while (bins > 0 && histogram[bins - 1] == 0) {
            bins--;
        }
        return Arrays.copyOf(histogram, bins);
    }
}
