package dev.sluice.evaluator.view;

import dev.sluice.evaluator.report.GroupDifferences;
import dev.sluice.evaluator.report.Report;
import dev.sluice.trainer.contract.VariantStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What the report says of variants, from what the page knows of them. */
final class ReportEntries {
    private ReportEntries() {}

    /** One for each series that was ever measured. */
    static List<Report.Entry> of(List<VariantView> variants) {
        GroupDifferences differences = GroupDifferences.among(variants.stream()
                .map(VariantView::spec)
                .filter(Objects::nonNull)
                .toList());
        List<Report.Entry> entries = new ArrayList<>();
        for (VariantView variant : variants) {
            Report.Membership membership = new Report.Membership(variant.group(), differences.of(variant.id()));
            variant.series().values().forEach(series -> entries.add(entry(variant, series, membership)));
        }
        return entries;
    }

    private static Report.Entry entry(VariantView variant, SeriesView series, Report.Membership membership) {
        VariantStatus status = variant.status();
        return Report.Entry.of(
                series.any(),
                membership,
                status == null ? series.any().toTokens() : status.tokens(),
                status == null ? 0 : status.parameters(),
                series.summary(),
                series.newestHeldOut());
    }
}
