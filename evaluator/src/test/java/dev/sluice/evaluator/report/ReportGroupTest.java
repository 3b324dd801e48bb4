package dev.sluice.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportGroupTest {
    private static final Report REPORT = new Report(
            "sample",
            127_000,
            3976,
            List.of(
                    entry("topk-k16", "topk", "topk", Map.of("k", number(16)), 16, 0.11, 90.0),
                    entry("topk-k8", "topk", "topk", Map.of("k", number(8)), 8, 0.16, 120.0),
                    entry("topk-k32", "topk", "topk", Map.of("k", number(32)), 32, 0.09, null),
                    entry("gated-c0p25", "gated", "gated", Map.of("l1-coefficient", number(0.25)), 40, 0.2, 75.5),
                    entry("gated-c0p5", "gated", "gated", Map.of("l1-coefficient", number(0.5)), 30, 0.1, 80.0),
                    entry("kmeans", "kmeans", "alone", Map.of(), 1, 0.5, 300.0),
                    entry("free", "topk", null, Map.of(), 16, 0.12, 95.0)),
            null);

    private static JsonNode number(double value) {
        return JsonNodeFactory.instance.numberNode(value);
    }

    private static Entry entry(
            String id,
            String kind,
            @Nullable String group,
            Map<String, JsonNode> varied,
            double l0,
            double fvu,
            @Nullable Double sse) {
        Figures heldout = figures(fvu * 900, fvu, l0);
        Figures prequential = sse == null ? null : figures(sse, fvu, l0);
        return new Entry(
                new Report.Name(id, id, "", kind),
                new Report.Membership(group, new TreeMap<>(varied)),
                new Report.Size(1000, 1024, 10),
                new Report.Results(prequential, Map.of(), heldout, heldout, null, null));
    }

    private static Figures figures(double sse, double fvu, double l0) {
        return new Figures(MetricTable.standard().named(new Values(9, Map.of("sse", sse, "fvu", fvu, "l0", l0))), 0.01);
    }

    @Test
    void shouldListTheMembersOfEachGroupByWhatWasVaried() {
        assertThat(ReportGroup.of(REPORT))
                .extracting(
                        ReportGroup::name,
                        group -> group.members().stream().map(Entry::id).toList())
                .containsExactly(
                        tuple("gated", List.of("gated-c0p25", "gated-c0p5")),
                        tuple("topk", List.of("topk-k8", "topk-k16", "topk-k32")));
    }

    @Test
    void shouldChooseTheBestByPrequentialErrorAndNeverByHeldOutRows() {
        assertThat(ReportGroup.of(REPORT))
                .extracting(group -> group.best().orElseThrow().id())
                .containsExactly("gated-c0p25", "topk-k16");
    }

    @Test
    void shouldWriteASectionForEachGroup() {
        assertThat(ReportTable.markdown(REPORT, MetricTable.standard(), "deploy/local/run"))
                .contains("## Groups", """
                        ### `topk`

                        | variant | k | L0 | FVU | prequential SSE | prequential FVU |
                        |---|--:|--:|--:|--:|--:|
                        | topk-k8 | 8 | 8.0 | 0.1600 | 120.00 | 0.1600 |
                        | **topk-k16** | 16 | 16.0 | 0.1100 | 90.00 | 0.1100 |
                        | topk-k32 | 32 | 32.0 | 0.0900 | - | - |

                        Best by prequential SSE: `topk-k16`, with k 16.
                        """, "with l1-coefficient 0.25.")
                .doesNotContain("### `alone`");
    }

    @Test
    void shouldHaveNoSectionsWithoutGroups() {
        Report flat = new Report("sample", 1, 1, List.of(entry("free", "topk", null, Map.of(), 16, 0.12, 95.0)), null);

        assertThat(ReportTable.markdown(flat, MetricTable.standard(), "deploy/local/run"))
                .doesNotContain("Groups");
    }

    @Test
    void shouldJoinThePointsOfAGroupByAThinLine() {
        assertThat(ParetoChart.svg(REPORT))
                .containsOnlyOnce("<path class=\"group topk\"")
                .containsOnlyOnce("<path class=\"group gated\"")
                .doesNotContain("group kmeans");
    }

    @Test
    void shouldTellWhatWasVariedByTheKeysOfVariantFiles() {
        GroupDifferences differences = GroupDifferences.among(
                List.of(spec("a", 8, 1e-3, 1, "grid"), spec("b", 16, 1e-3, 2, "grid"), spec("c", 32, 1e-3, 1, null)));

        assertThat(differences.of("a")).hasToString("{epochs=1, k=8}");
        assertThat(differences.of("b")).hasToString("{epochs=2, k=16}");
        assertThat(differences.of("c")).isEmpty();
    }

    @Test
    void shouldTellKindsApartByTheirNamesAndNotByTheirDefaults() {
        VariantSpec topk = spec("a", 8, 1e-3, 1, "mixed");
        VariantSpec kmeans = new VariantSpec(
                "b",
                "sample",
                new KMeans(64, 0),
                TrainingKeys.spec(
                        new TokenMeanKind().descriptor(),
                        Map.of("epochs", 1, "tokens", 1000, "seed", 1, "checkpoint-tokens", 500)),
                "earliest",
                "mixed");

        GroupDifferences differences = GroupDifferences.among(List.of(topk, kmeans));

        assertThat(differences.of("a")).hasToString("{kind=\"topk\"}");
        assertThat(differences.of("b")).hasToString("{kind=\"kmeans\"}");
    }

    private static VariantSpec spec(String id, int k, double rate, int epochs, @Nullable String group) {
        return new VariantSpec(
                id,
                "sample",
                TopK.of(Map.of("k", k)),
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate",
                                rate,
                                "epochs",
                                epochs,
                                "tokens",
                                1000L * epochs,
                                "decay",
                                0.2,
                                "normalisation",
                                "none",
                                "seed",
                                1,
                                "checkpoint-tokens",
                                500L * epochs)),
                "earliest",
                group);
    }
}
