package dev.sluice.evaluator.view;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsLast;

import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Dead;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows, columns and points of the API, from the views. */
final class Rows {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final String PER_TOKEN = "per-token";
    private static final String DEAD = "dead";

    private final MetricTable table;

    Rows(MetricTable table) {
        this.table = table;
    }

    Api.Row row(String view, VariantView variant, @Nullable StreamView stream, long now) {
        VariantStatus status = variant.status();
        VariantSpec spec = variant.spec();
        SeriesView series = variant.series().get(view);
        String id = variant.id();
        return new Api.Row(
                new Api.Name(Measurement.series(id, view), id, view, variant.kind(), variant.stream()),
                new Api.Standing(
                        variant.state(),
                        status == null ? null : status.reason(),
                        status == null ? 0 : status.generation()),
                pace(variant, ProgressBar.part(variant, stream, now)),
                measured(series, variant.truth(view)),
                throughModel(variant.modelScores(), view),
                stored(status, series, now),
                new Api.Specified(
                        variant.group(),
                        spec == null ? null : spec.dictionary(),
                        spec == null ? null : spec.training(),
                        variant.results().stream().map(Api.JobState::of).toList()));
    }

    private static Api.Pace pace(VariantView variant, ProgressBar.Part part) {
        VariantStatus status = variant.status();
        return status == null
                ? new Api.Pace(null, part.target(), null, null, null)
                : new Api.Pace(
                        status.tokens(),
                        part.target(),
                        ProgressBar.epoch(status, variant.spec()),
                        part.tokensPerSecond(),
                        status.lagRows());
    }

    private Api.Measured measured(@Nullable SeriesView series, TruthFigures.@Nullable View truth) {
        RollingMetrics window = series == null ? null : series.window();
        return new Api.Measured(
                table.named(window == null ? null : window.rest()),
                window == null ? null : Double.valueOf(dead(window.figures().dead())),
                series == null ? null : heldOut(series.newestHeldOut()),
                series == null ? null : sse(series.summary()),
                truth == null ? null : truth.found());
    }

    private static Api.@Nullable ThroughModel throughModel(@Nullable ModelScores scores, String view) {
        ModelScores.View found = scores == null ? null : scores.views().get(view);
        return scores == null || found == null
                ? null
                : new Api.ThroughModel(
                        ModelTable.named(found.metrics()),
                        found.intervals(),
                        scores.scope().tokens());
    }

    private static Api.Stored stored(@Nullable VariantStatus status, @Nullable SeriesView series, long now) {
        return new Api.Stored(
                series == null
                        ? latents(status)
                        : Long.valueOf(series.any().of().latents()),
                status == null ? null : Long.valueOf(status.parameters()),
                checkpointAge(status, now),
                status == null || status.checkpointTokens() < 0 ? null : Long.valueOf(status.checkpointTokens()));
    }

    private static @Nullable Long latents(@Nullable VariantStatus status) {
        return status == null ? null : Long.valueOf(status.latents());
    }

    private static @Nullable Double sse(@Nullable RollingMetrics summary) {
        return summary == null ? null : MetricTable.SSE.of(summary.all());
    }

    /** Over the longer window once that is full. */
    private static double dead(Dead silent) {
        return Objects.requireNonNullElse(silent.deadFractionLong(), silent.deadFraction());
    }

    private static @Nullable Double checkpointAge(@Nullable VariantStatus status, long now) {
        return status == null || status.checkpointMillis() < 0
                ? null
                : Double.valueOf(Math.max(0, now - status.checkpointMillis()) / MILLIS_PER_SECOND);
    }

    private Api.@Nullable HeldOut heldOut(@Nullable RollingMetrics score) {
        return score == null
                ? null
                : new Api.HeldOut(
                        table.named(score.rest()),
                        score.figures().dead().deadFraction(),
                        score.span().toTokens());
    }

    private static Api.Name name(RollingMetrics.Series of) {
        return new Api.Name(of.name(), of.variant(), of.view(), of.kind(), of.stream());
    }

    Api.Columns columns(RollingMetrics.Series of, String split, List<Curve.Point> points) {
        Map<String, List<@Nullable Double>> values = new LinkedHashMap<>();
        for (int i = 0; i < table.metrics().size(); i++) {
            int metric = i;
            values.put(table.metrics().get(i).name(), column(points, point -> point.value(metric)));
        }
        values.put(DEAD, column(points, Curve.Point::dead));
        return new Api.Columns(
                name(of),
                split,
                points.stream().map(Curve.Point::tokens).toList(),
                points.stream().map(Curve.Point::time).toList(),
                values);
    }

    private static List<@Nullable Double> column(
            List<Curve.Point> points, Function<Curve.Point, @Nullable Double> value) {
        List<@Nullable Double> column = new ArrayList<>();
        points.forEach(point -> column.add(value.apply(point)));
        return column;
    }

    /** @param scored series that have a held-out score */
    Api.Pareto pareto(long seq, List<SeriesView> scored) {
        List<Api.ParetoPoint> points = new ArrayList<>();
        List<RollingMetrics> reference = new ArrayList<>();
        for (SeriesView series : scored) {
            RollingMetrics score = series.newestHeldOut();
            if (score != null) {
                points.add(point(score, series.trail()));
                if (score.of().kind().equals("pca") && score.of().view().startsWith(PER_TOKEN)) {
                    reference.add(score);
                }
            }
        }
        List<List<@Nullable Double>> line = reference.stream()
                .sorted(comparing(score -> MetricTable.L0.of(score.rest()), nullsLast(naturalOrder())))
                .map(SeriesView::point)
                .toList();
        return new Api.Pareto(
                seq, points, line.isEmpty() ? null : new Api.Reference("pca", "PCA, largest k per token", line));
    }

    private Api.ParetoPoint point(RollingMetrics score, List<List<@Nullable Double>> trail) {
        return new Api.ParetoPoint(
                name(score.of()),
                table.named(score.rest()),
                score.of().latents(),
                score.span().toTokens(),
                score.span().last(),
                trail);
    }
}
