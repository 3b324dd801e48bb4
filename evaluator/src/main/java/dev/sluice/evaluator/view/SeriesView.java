package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.trainer.contract.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that is known of one series in its newest generation. */
public final class SeriesView {
    private static final int TRAIL = 12;

    private final Curve training;
    private final Curve scored;
    private final TreeMap<Long, RollingMetrics> heldOut = new TreeMap<>();
    private final int generation;
    private RollingMetrics newest;
    private @Nullable RollingMetrics open;
    private @Nullable RollingMetrics closed;
    private @Nullable RollingMetrics summary;
    private boolean hasFirstPass;

    SeriesView(RollingMetrics first, MetricTable table) {
        this.training = new Curve(table);
        this.scored = new Curve(table);
        this.generation = first.of().generation();
        this.newest = first;
    }

    int generation() {
        return generation;
    }

    void put(long seq, RollingMetrics metrics) {
        newest = metrics;
        switch (metrics.split()) {
            case RollingMetrics.SUMMARY -> summary = metrics;
            case Measurement.HELDOUT -> {
                scored.put(seq, metrics, metrics.figures().dead().deadFraction());
                heldOut.put(metrics.span().toTokens(), metrics);
            }
            default -> putTraining(seq, metrics);
        }
    }

    /** Records of several partitions arrive in any order: the further one is the newer. */
    private void putTraining(long seq, RollingMetrics window) {
        hasFirstPass |= window.split().equals(Measurement.PREQUENTIAL);
        training.put(seq, window, window.figures().dead().deadFractionLong());
        boolean partial = window.span().partial();
        if (partial && isFurther(window, open)) {
            open = window;
        } else if (!partial && isFurther(window, closed)) {
            closed = window;
        }
    }

    private static boolean isFurther(RollingMetrics window, @Nullable RollingMetrics known) {
        return known == null || window.span().toTokens() >= known.span().toTokens();
    }

    /** Any record of the series, for what all of them share. */
    RollingMetrics any() {
        return newest;
    }

    Curve curve(String split) {
        return split.equals(Measurement.HELDOUT) ? scored : training;
    }

    /** The newest closed window of training; while there is none, the open one. */
    @Nullable
    public RollingMetrics window() {
        return closed != null ? closed : open;
    }

    /** When training was last measured, in a window that may still be open; -1 if it never was. */
    public long trainedMillis() {
        return Math.max(open == null ? -1 : open.atMillis(), closed == null ? -1 : closed.atMillis());
    }

    @Nullable
    public RollingMetrics closedWindow() {
        return closed;
    }

    @Nullable
    RollingMetrics summary() {
        return summary;
    }

    @Nullable
    public RollingMetrics newestHeldOut() {
        return heldOut.isEmpty() ? null : heldOut.lastEntry().getValue();
    }

    /** (L0, FVU) of the older scored checkpoints, at most a dozen, evenly spread, oldest first. */
    List<List<@Nullable Double>> trail() {
        List<RollingMetrics> older = new ArrayList<>(heldOut.values());
        older.remove(older.size() - 1);
        int stride = Math.max(1, (older.size() + TRAIL - 1) / TRAIL);
        List<List<@Nullable Double>> trail = new ArrayList<>();
        for (int i = 0; i < older.size(); i += stride) {
            trail.add(point(older.get(i)));
        }
        return trail;
    }

    /** (L0, FVU) over class rest. */
    static List<@Nullable Double> point(RollingMetrics metrics) {
        List<@Nullable Double> point = new ArrayList<>();
        point.add(MetricTable.L0.of(metrics.rest()));
        point.add(MetricTable.FVU.of(metrics.rest()));
        return point;
    }

    /** What is missing of the metrics of a training that ended at {@code tokens}, null if they are all here. */
    @Nullable
    String missing(long tokens) {
        RollingMetrics score = newestHeldOut();
        if (score == null || !score.span().last() || score.span().toTokens() != tokens) {
            return "final held-out score";
        }
        // A stream shorter than a batch has no batch of its first pass alone, and so no summary of it.
        boolean summed = summary != null || !hasFirstPass;
        boolean trained =
                tokens == 0 || (summed && closed != null && closed.span().toTokens() >= tokens);
        return trained ? null : "final metrics of training";
    }
}
