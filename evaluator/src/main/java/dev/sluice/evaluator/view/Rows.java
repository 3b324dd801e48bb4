package dev.sluice.evaluator.view;

import static java.util.Comparator.comparingDouble;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows, columns and points of the API, from the views. */
public final class Rows {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final String PER_TOKEN = "per-token";

    private Rows() {}

    static Api.Row of(String id, String view, VariantView variant, @Nullable StreamView stream, long now) {
        VariantStatus status = variant.status();
        VariantSpec spec = variant.spec();
        SeriesView series = variant.series().get(view);
        RollingMetrics window = series == null ? null : series.window();
        ProgressBar.Part part = ProgressBar.part(variant, stream, now);
        return new Api.Row(
                Measurement.series(id, view),
                id,
                view,
                variant.kind(),
                variant.kind(),
                variant.group(),
                status == null ? 0 : status.generation(),
                variant.stream(),
                variant.state(),
                status == null ? null : status.reason(),
                status == null ? null : Long.valueOf(status.tokens()),
                part.target(),
                status == null ? null : Integer.valueOf(ProgressBar.epoch(status, spec)),
                window == null ? null : window.rest().fvu(),
                window == null ? null : Double.valueOf(window.rest().mse()),
                window == null ? null : Double.valueOf(window.rest().l0()),
                window == null ? null : Double.valueOf(dead(window)),
                series == null ? null : heldOut(series.newestHeldOut()),
                series == null ? null : sse(series.summary()),
                status == null ? null : Double.valueOf(part.tokensPerSecond()),
                status == null ? null : Long.valueOf(status.lagRows()),
                checkpointAge(status, now),
                status == null || status.checkpointTokens() < 0 ? null : Long.valueOf(status.checkpointTokens()),
                series == null ? latents(status) : Long.valueOf(series.any().latents()),
                status == null ? null : Long.valueOf(status.parameters()),
                spec == null ? null : spec.dictionary(),
                spec == null ? null : spec.training(),
                variant.results().stream().map(Api.JobState::of).toList());
    }

    private static @Nullable Long latents(@Nullable VariantStatus status) {
        return status == null ? null : Long.valueOf(status.latents());
    }

    private static @Nullable Double sse(@Nullable RollingMetrics summary) {
        return summary == null ? null : Double.valueOf(summary.all().sse());
    }

    /** Over the longer window once that is full. */
    private static double dead(RollingMetrics window) {
        return Objects.requireNonNullElse(window.deadFractionLong(), window.deadFraction());
    }

    private static @Nullable Double checkpointAge(@Nullable VariantStatus status, long now) {
        return status == null || status.checkpointMillis() < 0
                ? null
                : Double.valueOf(Math.max(0, now - status.checkpointMillis()) / MILLIS_PER_SECOND);
    }

    private static Api.@Nullable HeldOut heldOut(@Nullable RollingMetrics score) {
        return score == null
                ? null
                : new Api.HeldOut(
                        score.rest().fvu(),
                        score.rest().mse(),
                        score.rest().sse(),
                        score.rest().l0(),
                        score.deadFraction(),
                        score.toTokens());
    }

    static Api.Columns columns(RollingMetrics of, String split, List<Curve.Point> points) {
        return new Api.Columns(
                of.series(),
                of.variant(),
                of.view(),
                of.kind(),
                of.kind(),
                of.stream(),
                split,
                points.stream().map(Curve.Point::tokens).toList(),
                points.stream().map(Curve.Point::time).toList(),
                column(points, Curve.Point::fvu),
                points.stream().map(Curve.Point::mse).toList(),
                points.stream().map(Curve.Point::l0).toList(),
                column(points, Curve.Point::dead));
    }

    private static List<@Nullable Double> column(
            List<Curve.Point> points, Function<Curve.Point, @Nullable Double> value) {
        List<@Nullable Double> column = new ArrayList<>();
        points.forEach(point -> column.add(value.apply(point)));
        return column;
    }

    /** @param scored series that have a held-out score */
    static Api.Pareto pareto(long seq, List<SeriesView> scored) {
        List<RollingMetrics> newest = scored.stream()
                .map(SeriesView::newestHeldOut)
                .filter(Objects::nonNull)
                .toList();
        List<Api.ParetoPoint> points = new ArrayList<>();
        for (int i = 0; i < newest.size(); i++) {
            points.add(point(newest.get(i), scored.get(i).trail()));
        }
        List<List<@Nullable Double>> line = newest.stream()
                .filter(score -> score.kind().equals("pca") && score.view().startsWith(PER_TOKEN))
                .sorted(comparingDouble(score -> score.rest().l0()))
                .map(SeriesView::point)
                .toList();
        return new Api.Pareto(
                seq, points, line.isEmpty() ? null : new Api.Reference("pca", "PCA, largest k per token", line));
    }

    private static Api.ParetoPoint point(RollingMetrics score, List<List<@Nullable Double>> trail) {
        return new Api.ParetoPoint(
                score.series(),
                score.variant(),
                score.view(),
                score.kind(),
                score.kind(),
                score.stream(),
                score.rest().l0(),
                score.rest().fvu(),
                score.rest().mse(),
                score.latents(),
                score.toTokens(),
                score.last(),
                trail);
    }
}
