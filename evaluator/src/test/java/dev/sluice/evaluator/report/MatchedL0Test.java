package dev.sluice.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MatchedL0Test {
    @Test
    void shouldInterpolateOnLogarithmicScalesAndNeverBeyondTheEnds() {
        MatchedL0 matched = matched(entry("a", "topk", "", 4, 0.4, 9), entry("b", "topk", "", 16, 0.1, 9));

        assertThat(matched.targets()).containsExactly(4, 8, 16);
        assertThat(row(matched, "topk, 1024 latents")).containsExactly(0.4, 0.2, 0.1);
    }

    @Test
    void shouldLeaveACellEmptyWhereAFamilyHasNothingOnBothSides() {
        MatchedL0 matched = matched(
                entry("a", "topk", "", 8, 0.4, 9),
                entry("b", "topk", "", 16, 0.1, 9),
                entry("c", "standard", "", 30, 0.3, 9),
                entry("d", "standard", "", 70, 0.2, 9));

        assertThat(matched.targets()).containsExactly(8, 16, 32, 64);
        assertThat(row(matched, "topk, 1024 latents")).containsExactly(0.4, 0.1, null, null);
        assertThat(row(matched, "standard, 1024 latents")).containsExactly(null, null, 0.290876353, 0.208763135);
    }

    @Test
    void shouldTakeViewsOfOneKindAsOneFamily() {
        MatchedL0 matched = matched(
                entry("p8", "pca", "per-token-8", 8, 0.4, 9),
                entry("p16", "pca", "per-token-16", 16, 0.2, 9),
                entry("f8", "pca", "first-8", 8, 0.6, 9));

        assertThat(matched.families()).containsOnlyKeys("pca per-token", "pca first");
        assertThat(row(matched, "pca first")).containsExactly(0.6, null);
    }

    @Test
    void shouldLetPrequentialErrorChooseAmongPointsOfOneL0() {
        MatchedL0 matched = matched(entry("a", "topk", "", 8, 0.1, 90), entry("b", "topk", "", 7.95, 0.2, 80));

        assertThat(row(matched, "topk, 1024 latents")).containsExactly(0.2);
    }

    @Test
    void shouldKeepAPointThatIsAlmostAtATarget() {
        assertThat(row(matched(entry("a", "topk", "", 15.9, 0.2, 9)), "topk, 1024 latents"))
                .containsExactly(0.2);
    }

    @Test
    void shouldTakeTheMeanOfSeedsAlsoWhereOneHasNoLogarithm() {
        List<Entry> seeds = List.of(entry("s1", "topk", "", 8, 0.001, 9), entry("s2", "topk", "", 8, -0.0002, 9));

        MatchedL0 matched =
                MatchedL0.of(new SeedGroups(List.of(seeds)), entry -> MatchedL0.rest(entry, MetricTable.FVU));

        assertThat(row(matched, "topk, 1024 latents")).containsExactly(0.0004);
    }

    @Test
    void shouldHaveNothingBeforeAnythingIsScored() {
        assertThat(matched().targets()).isEmpty();
        assertThat(matched().families()).isEmpty();
    }

    private static MatchedL0 matched(Entry... entries) {
        return MatchedL0.of(SeedGroups.of(List.of(entries), Map.of()), entry -> MatchedL0.rest(entry, MetricTable.FVU));
    }

    /** Rounded, so that they can be compared. */
    private static List<Double> row(MatchedL0 matched, String family) {
        return Objects.requireNonNull(matched.families().get(family)).stream()
                .map(MatchedL0.Cell::figure)
                .map(figure -> figure == null ? null : Math.round(figure * 1e9) / 1e9)
                .toList();
    }

    static Entry entry(String id, String kind, String view, double l0, double fvu, double sse) {
        Figures figures = figures(Map.of("fvu", fvu, "l0", l0));
        return new Entry(
                new Report.Name(id, id, view, kind),
                new Report.Membership(null, Map.of()),
                new Report.Size(1000, 1024, 10),
                new Report.Results(figures(Map.of("sse", sse)), Map.of("loss", 2.5), figures, figures, null, null));
    }

    private static Figures figures(Map<String, Double> metrics) {
        return new Figures(MetricTable.standard().named(new Values(9, metrics)), 0.01);
    }
}
