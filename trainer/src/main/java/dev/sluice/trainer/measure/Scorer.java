package dev.sluice.trainer.measure;

import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Reconstruction;

/**
 * The one measure of every dictionary: sums over the rows of a batch and what a dictionary made of them, in raw units
 * of the activations, in float64, in row order. Metrics divide these sums when they are read (MATHEMATICS.md,
 * "Metrics").
 */
public final class Scorer {
    private Scorer() {}

    public static BatchStatistics score(Batch batch, Reconstruction reconstruction) {
        return score(BatchMoments.of(batch), reconstruction);
    }

    /**
     * As {@link #score(Batch, Reconstruction)}, for several variants on one batch.
     *
     * @throws IllegalArgumentException if the reconstruction has another shape than the rows
     */
    public static BatchStatistics score(BatchMoments moments, Reconstruction reconstruction) {
        return tally(moments, reconstruction).statistics();
    }

    /**
     * As {@link #score(BatchMoments, Reconstruction)}.
     *
     * @param firings the rows on which each latent was active are added to it
     */
    public static BatchStatistics score(BatchMoments moments, Reconstruction reconstruction, long[] firings) {
        Tally tally = tally(moments, reconstruction);
        tally.addFirings(firings);
        return tally.statistics();
    }

    private static Tally tally(BatchMoments moments, Reconstruction reconstruction) {
        Shape expected = new Shape(moments.rows(), moments.width());
        if (!reconstruction.reconstructed().getShape().equals(expected)) {
            throw new IllegalArgumentException("reconstructed must have the shape of the rows " + expected + ", got "
                    + reconstruction.reconstructed().getShape());
        }
        Tally tally = new Tally(moments, reconstruction.atomNorms().toFloatArray());
        tally.addRows(reconstruction.reconstructed().toFloatArray());
        reconstruction.codes().forEachRow(tally);
        return tally;
    }
}
