package dev.sluice.evaluator.view;

import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the slowest variant is. */
final class ProgressBar {
    /** What a variant has done of what it should do; the target is null while nobody can tell. */
    record Part(long tokens, @Nullable Long target, double tokensPerSecond) {
        double fraction() {
            return target == null || target == 0 ? 0 : Math.min(1, (double) tokens / target);
        }

        @Nullable
        Double remainingSeconds() {
            if (target == null) {
                return null;
            }
            if (tokens >= target) {
                return 0.0;
            }
            return tokensPerSecond > 0 ? (target - tokens) / tokensPerSecond : null;
        }
    }

    private ProgressBar() {}

    static Api.Progress of(@Nullable StreamView stream, List<VariantView> variants, boolean done, long now) {
        VariantView slowest = null;
        Part least = null;
        for (VariantView variant : variants) {
            Part part = part(variant, stream, now);
            if (!variant.state().isFailed() && (least == null || part.fraction() < least.fraction())) {
                slowest = variant;
                least = part;
            }
        }
        if (least == null || slowest == null) {
            return new Api.Progress(Api.Reached.UNKNOWN, Api.Pass.UNKNOWN, done, done ? "finished" : "waiting", null);
        }
        VariantStatus status = slowest.status();
        VariantSpec spec = slowest.spec();
        return new Api.Progress(
                new Api.Reached(
                        least.tokens(),
                        least.target(),
                        least.target() == null ? null : least.fraction(),
                        done ? Double.valueOf(0) : least.remainingSeconds()),
                new Api.Pass(
                        status == null ? null : Integer.valueOf(epoch(status, spec)),
                        spec == null ? null : Integer.valueOf(spec.training().epochs())),
                done,
                state(variants, done),
                slowest.state().isFinished() ? waitingFor(variants) : null);
    }

    /** Every variant is trained; their evaluation is not over. */
    private static @Nullable String waitingFor(List<VariantView> variants) {
        return variants.stream()
                .filter(variant -> variant.missing() != null)
                .findFirst()
                .map(variant -> variant.missing() + " of " + variant.id())
                .orElse(null);
    }

    static Part part(VariantView variant, @Nullable StreamView stream, long now) {
        VariantStatus status = variant.status();
        return new Part(status == null ? 0 : status.tokens(), target(variant, stream), variant.tokensPerSecond(now));
    }

    /** What the trainer says; while it cannot know, what the producer expects. */
    private static @Nullable Long target(VariantView variant, @Nullable StreamView stream) {
        VariantStatus status = variant.status();
        if (status != null && status.targetTokens() >= 0) {
            return status.targetTokens();
        }
        VariantSpec spec = variant.spec();
        Long rows = stream == null ? null : stream.expectedRows();
        return spec == null || rows == null
                ? null
                : Long.valueOf(rows * spec.training().epochs());
    }

    /** Counted from 1. */
    static int epoch(VariantStatus status, @Nullable VariantSpec spec) {
        int epoch = status.epoch() + 1;
        return spec == null
                ? epoch
                : Math.min(epoch, Math.max(1, spec.training().epochs()));
    }

    private static String state(List<VariantView> variants, boolean done) {
        if (done) {
            return "finished";
        }
        return variants.stream().allMatch(variant -> variant.state() == VariantPhase.WAITING) ? "waiting" : "running";
    }
}
