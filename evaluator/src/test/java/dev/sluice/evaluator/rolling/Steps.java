package dev.sluice.evaluator.rolling;

import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.DoubleVector;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.contract.Measurement;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Measurements of an invented variant with 8 latents of width 2, 100 rows a batch, one batch every 100 ms. */
public final class Steps {
    public static final int BATCH = 100;
    public static final int LATENTS = 8;

    private Steps() {}

    /** The batch of this step; its squared error per row is {@code step + 1}, and latent {@code step % 8} fires. */
    public static Measurement step(String variant, String view, String split, long step, boolean last) {
        return measurement(variant, view, split, step, step * BATCH, BATCH, last, step * 100);
    }

    /** A checkpoint's score after this step. */
    public static Measurement heldOut(String variant, String view, long step, boolean last) {
        return measurement(variant, view, Measurement.HELDOUT, step, step * BATCH, 40, last, step * 100);
    }

    public static Measurement measurement(
            String variant, String view, String split, long step, long tokens, int rows, boolean last, long millis) {
        BitSet fired = new BitSet();
        fired.set((int) (step % LATENTS));
        return new Measurement(
                new Measurement.Subject(variant, view, 0, "stream-1", "topk"),
                new Measurement.Span(split, step, tokens, rows, last),
                new Measurement.Result(
                        2,
                        LATENTS,
                        Map.of("loss", (double) step),
                        new BatchStatistics(
                                sums(rows, (double) step + 1),
                                sums(rows - 10, (double) step + 2),
                                List.of(0L, (long) rows),
                                LatentSet.of(fired)),
                        null),
                millis);
    }

    /** The same measurement with another latent fired. */
    public static Measurement firing(Measurement m, int latent) {
        BitSet fired = new BitSet();
        fired.set(latent);
        BatchStatistics s = m.statistics();
        return new Measurement(
                m.subject(),
                m.span(),
                new Measurement.Result(
                        m.width(),
                        m.latents(),
                        m.losses(),
                        new BatchStatistics(s.all(), s.rest(), s.l0Histogram(), LatentSet.of(fired)),
                        m.density()),
                m.atMillis());
    }

    /** Rows of (1, 1) and (1, -1) in equal parts: variance 1 a row. */
    private static ClassSums sums(int rows, double errorPerRow) {
        return new ClassSums(
                new ClassSums.Rows(rows, DoubleVector.of(rows, 0), 2.0 * rows),
                new ClassSums.Reconstructed(rows * errorPerRow, rows, rows, rows, rows),
                new ClassSums.Coded(rows, rows));
    }
}
