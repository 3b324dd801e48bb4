package dev.sluice.evaluator.rolling;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.contract.Measurement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one (variant, view, generation, split), beside its slices.
 *
 * @param width d
 * @param latents n
 * @param lastStep newest step that was counted, -1 before the first
 * @param ended nothing more comes
 * @param open window that has not been closed
 * @param recent closed windows, oldest first: just enough for the longer dead window
 * @param sliceTokens width of a slice
 * @param publishedMillis time of the measurement that was last published as partial
 */
record SeriesState(
        int width,
        int latents,
        long lastStep,
        boolean ended,
        @Nullable Window open,
        List<Fired> recent,
        long sliceTokens,
        long publishedMillis) {

    /** Which latents fired in a closed window of so many tokens. */
    record Fired(long tokens, LatentSet latents) {}

    static SeriesState beginning(Measurement first, List<Fired> recent, long sliceTokens) {
        return new SeriesState(first.width(), first.latents(), -1, false, null, recent, sliceTokens, Long.MIN_VALUE);
    }

    /** The steps up to here are counted. */
    SeriesState at(long step) {
        return new SeriesState(width, latents, step, ended, open, recent, sliceTokens, publishedMillis);
    }

    SeriesState withOpen(Window window) {
        return new SeriesState(width, latents, lastStep, ended, window, recent, sliceTokens, publishedMillis);
    }

    SeriesState published(long millis) {
        return new SeriesState(width, latents, lastStep, ended, open, recent, sliceTokens, millis);
    }

    SeriesState withSlices(long tokens) {
        return new SeriesState(width, latents, lastStep, ended, open, recent, tokens, publishedMillis);
    }

    SeriesState end() {
        return new SeriesState(width, latents, lastStep, true, null, recent, sliceTokens, publishedMillis);
    }

    /** The window is closed: it joins the recent ones, and those that {@code deadTokens} does not reach are dropped. */
    SeriesState closed(Window window, long deadTokens) {
        List<Fired> kept = new ArrayList<>(recent);
        kept.add(new Fired(window.tokens(), window.statistics().fired()));
        while (tokens(kept) - kept.get(0).tokens() >= deadTokens) {
            kept.remove(0);
        }
        return new SeriesState(width, latents, lastStep, ended, null, List.copyOf(kept), sliceTokens, publishedMillis);
    }

    /** Share of latents silent over the recent windows; null until they hold {@code deadTokens}. */
    @Nullable
    Double recentDeadFraction(long deadTokens) {
        if (tokens(recent) < deadTokens) {
            return null;
        }
        return Metrics.deadFraction(
                recent.stream().map(Fired::latents).reduce(LatentSet.empty(), LatentSet::or), latents);
    }

    /** Whether {@code millis} is at least {@code pause} away from the last partial; clocks of trainers may jump back. */
    @JsonIgnore
    boolean isDue(long millis, long pause) {
        return publishedMillis == Long.MIN_VALUE || Math.abs(millis - publishedMillis) >= pause;
    }

    private static long tokens(List<Fired> windows) {
        return windows.stream().mapToLong(Fired::tokens).sum();
    }
}
