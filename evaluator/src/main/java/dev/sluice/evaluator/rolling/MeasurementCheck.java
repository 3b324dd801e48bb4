package dev.sluice.evaluator.rolling;

import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.Measurement;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a measurement cannot be counted. A field that the sender left out is null, whatever the contract says. */
final class MeasurementCheck {
    private static final Set<String> SPLITS = Set.of(Measurement.PREQUENTIAL, Measurement.SEEN, Measurement.HELDOUT);

    private MeasurementCheck() {}

    static Optional<String> violation(Measurement m, @Nullable SeriesState state) {
        if (m.split() == null || !SPLITS.contains(m.split())) {
            return Optional.of("split must be one of " + SPLITS + ", got " + m.split());
        }
        if (m.variant() == null || m.view() == null || m.stream() == null || m.kind() == null || m.losses() == null) {
            return Optional.of("variant, view, stream, kind and losses must be present");
        }
        if (m.step() < 0 || m.tokens() < 0 || m.batchTokens() < 0 || m.width() < 1 || m.latents() < 1) {
            return Optional.of("step, tokens and batch_tokens must be at least 0, width and latents at least 1");
        }
        if (m.statistics() == null
                || !fits(m.statistics().all(), m)
                || !fits(m.statistics().rest(), m)) {
            return Optional.of("statistics must have sums of width " + m.width() + " over all rows and over rest");
        }
        if (state != null
                && (state.shape().width() != m.width() || state.shape().latents() != m.latents())) {
            return Optional.of("width and latents must stay " + state.shape().width() + " and "
                    + state.shape().latents() + ", got " + m.width() + " and " + m.latents());
        }
        return Optional.empty();
    }

    private static boolean fits(BatchStatistics.@Nullable ClassSums sums, Measurement m) {
        return sums != null && sums.sum() != null && sums.sum().length() == m.width();
    }
}
