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
        return Measurement.builder(new BatchStatistics(
                        sums(rows, (double) step + 1),
                        sums(rows - 10, (double) step + 2),
                        List.of(0L, (long) rows),
                        LatentSet.of(fired)))
                .variant(variant)
                .view(view)
                .stream("stream-1")
                .kind("topk")
                .split(split)
                .step(step)
                .tokens(tokens)
                .batchTokens(rows)
                .last(last)
                .width(2)
                .latents(LATENTS)
                .losses(Map.of("loss", (double) step))
                .atMillis(millis)
                .build();
    }

    /** The same measurement with another latent fired. */
    public static Measurement firing(Measurement m, int latent) {
        BitSet fired = new BitSet();
        fired.set(latent);
        BatchStatistics s = m.statistics();
        return Measurement.builder(new BatchStatistics(s.all(), s.rest(), s.l0Histogram(), LatentSet.of(fired)))
                .variant(m.variant())
                .view(m.view())
                .generation(m.generation())
                .stream(m.stream())
                .kind(m.kind())
                .split(m.split())
                .step(m.step())
                .tokens(m.tokens())
                .batchTokens(m.batchTokens())
                .last(m.last())
                .width(m.width())
                .latents(m.latents())
                .losses(m.losses())
                .atMillis(m.atMillis())
                .build();
    }

    /** Rows of (1, 1) and (1, -1) in equal parts: variance 1 a row. */
    private static ClassSums sums(int rows, double errorPerRow) {
        return ClassSums.builder(DoubleVector.of(rows, 0))
                .rows(rows)
                .squaredError(rows * errorPerRow)
                .squaredNorm(2.0 * rows)
                .reconstructionSquaredNorm(rows)
                .dot(rows)
                .cosine(rows)
                .normRatio(rows)
                .active(rows)
                .l1(rows)
                .build();
    }
}
