package dev.sluice.evaluator.rolling;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.contract.Measurement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one (variant, view, generation, split), beside its slices.
 *
 * @param shape of the dictionary
 * @param progress through the split
 * @param open window that has not been closed
 * @param recent closed windows, oldest first: just enough for the longer dead window
 */
record SeriesState(
        @JsonUnwrapped Shape shape,
        @JsonUnwrapped Progress progress,
        @Nullable Window open,
        List<Fired> recent) {

    /**
     * Sizes that stay.
     *
     * @param width d
     * @param latents n
     */
    record Shape(int width, int latents) {}

    /**
     * How far the split is.
     *
     * @param lastStep newest step that was counted, -1 before the first
     * @param ended nothing more comes
     * @param sliceTokens width of a slice
     * @param publishedMillis time of the measurement that was last published as partial
     */
    record Progress(long lastStep, boolean ended, long sliceTokens, long publishedMillis) {}

    /** Which latents fired in a closed window of so many tokens. */
    record Fired(long tokens, LatentSet latents) {}

    static SeriesState beginning(Measurement first, List<Fired> recent, long sliceTokens) {
        return new SeriesState(
                new Shape(first.width(), first.latents()),
                new Progress(-1, false, sliceTokens, Long.MIN_VALUE),
                null,
                recent);
    }

    boolean ended() {
        return progress.ended;
    }

    /** The steps up to here are counted. */
    SeriesState at(long step) {
        return with(new Progress(step, progress.ended, progress.sliceTokens, progress.publishedMillis));
    }

    SeriesState published(long millis) {
        return with(new Progress(progress.lastStep, progress.ended, progress.sliceTokens, millis));
    }

    SeriesState withSlices(long tokens) {
        return with(new Progress(progress.lastStep, progress.ended, tokens, progress.publishedMillis));
    }

    SeriesState end() {
        Progress over = new Progress(progress.lastStep, true, progress.sliceTokens, progress.publishedMillis);
        return new SeriesState(shape, over, null, recent);
    }

    SeriesState withOpen(Window window) {
        return new SeriesState(shape, progress, window, recent);
    }

    private SeriesState with(Progress next) {
        return new SeriesState(shape, next, open, recent);
    }

    /** The window is closed: it joins the recent ones, and those that {@code deadTokens} does not reach are dropped. */
    SeriesState closed(Window window, long deadTokens) {
        List<Fired> kept = new ArrayList<>(recent);
        kept.add(new Fired(window.tokens(), window.statistics().fired()));
        while (tokens(kept) - kept.get(0).tokens() >= deadTokens) {
            kept.remove(0);
        }
        return new SeriesState(shape, progress, null, List.copyOf(kept));
    }

    /** Share of latents silent over the recent windows; null until they hold {@code deadTokens}. */
    @Nullable
    Double recentDeadFraction(long deadTokens) {
        if (tokens(recent) < deadTokens) {
            return null;
        }
        return MetricTable.deadFraction(
                recent.stream().map(Fired::latents).reduce(LatentSet.empty(), LatentSet::or), shape.latents);
    }

    /** Whether {@code millis} is at least {@code pause} away from the last partial; clocks of trainers may jump back. */
    @JsonIgnore
    boolean isDue(long millis, long pause) {
        return progress.publishedMillis == Long.MIN_VALUE || Math.abs(millis - progress.publishedMillis) >= pause;
    }

    private static long tokens(List<Fired> windows) {
        return windows.stream().mapToLong(Fired::tokens).sum();
    }
}
