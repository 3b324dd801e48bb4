package dev.sluice.evaluator.view;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.GroupDifferences;
import dev.sluice.evaluator.report.Report;
import dev.sluice.trainer.contract.VariantStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the report says of variants, from what the page knows of them. */
final class ReportEntries {
    private final MetricTable table;

    ReportEntries(MetricTable table) {
        this.table = table;
    }

    /** One for each series that was ever measured. */
    List<Report.Entry> of(List<VariantView> variants) {
        GroupDifferences differences = GroupDifferences.among(variants.stream()
                .map(VariantView::spec)
                .filter(Objects::nonNull)
                .toList());
        List<Report.Entry> entries = new ArrayList<>();
        ModelScores shown = shown(variants);
        for (VariantView variant : variants) {
            Report.Membership membership = new Report.Membership(variant.group(), differences.of(variant.id()));
            variant.series().values().forEach(series -> entries.add(entry(variant, series, membership, shown)));
        }
        return entries;
    }

    private Report.Entry entry(
            VariantView variant, SeriesView series, Report.Membership membership, @Nullable ModelScores shown) {
        VariantStatus status = variant.status();
        RollingMetrics.Series of = series.any().of();
        long tokens = status == null ? series.any().span().toTokens() : status.tokens();
        return new Report.Entry(
                new Report.Name(of.name(), of.variant(), of.view(), of.kind()),
                membership,
                new Report.Size(tokens, of.latents(), status == null ? 0 : status.parameters()),
                results(series, throughModel(variant.modelScores(), shown, of.view()), variant.truth(of.view())));
    }

    /** None if they are of other rows, or of another model, than those that the report describes. */
    private static ModelScores.@Nullable View throughModel(
            @Nullable ModelScores scores, @Nullable ModelScores shown, String view) {
        return scores == null || shown == null || !isAlike(scores, shown)
                ? null
                : scores.views().get(view);
    }

    private static boolean isAlike(ModelScores one, ModelScores other) {
        return Report.ThroughModel.of(one).isLike(Report.ThroughModel.of(other));
    }

    /** Those of the first variant that has some. */
    private static @Nullable ModelScores shown(List<VariantView> variants) {
        return variants.stream()
                .map(VariantView::modelScores)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What the scores are of, or else why another variant has none. */
    static Report.@Nullable ThroughModel throughModel(List<VariantView> variants) {
        ModelScores shown = shown(variants);
        if (shown != null) {
            Report.ThroughModel of = Report.ThroughModel.of(shown);
            String others = variants.stream()
                    .filter(variant -> variant.modelScores() != null && !isAlike(variant.modelScores(), shown))
                    .map(VariantView::id)
                    .collect(Collectors.joining(", "));
            return others.isEmpty() ? of : of.without(others);
        }
        return variants.stream()
                .flatMap(variant -> variant.results().stream())
                .filter(result -> result.key().job().equals(JobResult.THROUGH_MODEL))
                .map(result -> new Report.ThroughModel(
                        null, null, Map.of(), result.outcome().reason()))
                .findFirst()
                .orElse(null);
    }

    private Report.Results results(
            SeriesView series, ModelScores.@Nullable View throughModel, TruthFigures.@Nullable View truth) {
        RollingMetrics summary = series.summary();
        RollingMetrics heldout = series.newestHeldOut();
        return new Report.Results(
                summary == null ? null : figures(summary, summary.all()),
                summary == null ? Map.of() : summary.figures().losses(),
                heldout == null ? null : figures(heldout, heldout.all()),
                heldout == null ? null : figures(heldout, heldout.rest()),
                throughModel,
                truth);
    }

    private Report.Figures figures(RollingMetrics of, Values values) {
        return new Report.Figures(table.named(values), of.figures().dead().deadFraction());
    }
}
