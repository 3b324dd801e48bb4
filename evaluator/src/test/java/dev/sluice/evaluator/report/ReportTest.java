package dev.sluice.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.evaluator.contract.RollingMetrics.Values;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.evaluator.report.Report.Figures;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.dictionary.Kinds;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
    private static final Report REPORT = new Report(
            "sample-l3-resid-post-0",
            127_000,
            3976,
            List.of(
                    entry("topk-k16", "topk", "", 16, 0.11),
                    entry("pca-per-token-16", "pca", "per-token-16", 16, 0.278),
                    entry("pca-per-token-8", "pca", "per-token-8", 8, 0.444),
                    new Entry(
                            new Report.Name("late", "late", "", "standard"),
                            new Report.Membership(null, Map.of()),
                            new Report.Size(0, 1024, 10),
                            new Report.Results(null, Map.of(), null, null, null, null))),
            null);

    private static Entry entry(String id, String kind, String view, double l0, double fvu) {
        Figures figures = new Figures(
                MetricTable.standard()
                        .named(new Values(
                                9, Map.of("mse", fvu * 7, "sse", fvu * 900, "fvu", fvu, "l0", l0, "cosine", 0.95))),
                0.01);
        return new Entry(
                new Report.Name(id, id, view, kind),
                new Report.Membership(null, Map.of()),
                new Report.Size(635_000, 1024, 263_296),
                new Report.Results(figures, Map.of("loss", 2.5), figures, figures, null, null));
    }

    @Test
    void shouldRankByHeldOutFvuWithTheUnscoredLast() {
        assertThat(REPORT.ranked())
                .extracting(Entry::id)
                .containsExactly("topk-k16", "pca-per-token-16", "pca-per-token-8", "late");
    }

    @Test
    void shouldKeepTheNamesThatTheReportPromises() throws Exception {
        var json = Json.mapper().readTree(Json.write(REPORT));
        assertThat(json.path("heldout_tokens").asLong()).isEqualTo(3976);
        assertThat(json.at("/variants/0/id").asText()).isEqualTo("late");
        assertThat(json.at("/variants/3/prequential_losses/loss").asDouble()).isEqualTo(2.5);
        for (String split : List.of("prequential", "heldout", "heldout_rest")) {
            for (String figure : List.of("mse", "sse", "fvu", "l0", "dead_fraction")) {
                assertThat(json.at("/variants/3/" + split + "/" + figure).isNumber())
                        .as(split + figure)
                        .isTrue();
            }
        }
    }

    @Test
    void shouldCountTheBitsOfTheIndices() {
        assertThat(IndexBits.of(4, 2)).isCloseTo(Math.log(6) / Math.log(2), within(1e-12));
        assertThat(IndexBits.of(1024, 1)).isCloseTo(10, within(1e-12));
        assertThat(IndexBits.of(1024, 0)).isZero();
        assertThat(IndexBits.of(16, 16)).isZero();
        assertThat(IndexBits.of(1024, 1.5)).isBetween(10.0, 19.0);
    }

    @Test
    void shouldWriteATableWithWhatIsMissingAsADash() {
        String table = ReportTable.markdown(REPORT, MetricTable.standard(), "deploy/local/run --seed 1");
        assertThat(table)
                .contains(
                        "| topk-k16 | topk | 1,024 | 263,296 | 635,000 | 16.0 | 116 | 0.1100 | 0.7700 | 99.00 | 1.0 % |"
                                + " 0.1100 | 0.1100 | - | 0.9500 | - | - |")
                .contains("""
                        | variant | kind | latents | parameters | tokens | L0 | index bits | FVU | MSE | SSE | dead |\
                         FVU, all rows | prequential FVU | L1 | cosine | norm ratio | bias |""")
                .contains("| late | standard | 1,024 | 10 | 0 | - | - |")
                .contains("    deploy/local/run --seed 1");
    }

    @Test
    void shouldDrawWellFormedSvgWithNamesThatDoNotOverlap() throws Exception {
        String svg = ParetoChart.svg(REPORT);
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg)
                .contains(">topk-k16</text>", "class=\"mark topk\"", ".pca{color:#0a9672}", ".pca{color:#3fdc9c}")
                .doesNotContain("NaN", ">late<");
    }

    @Test
    void shouldDrawTheFrontThroughWhatNoOtherBeatsInBoth() {
        Report report = new Report(
                "s",
                1,
                1,
                List.of(
                        entry("a", "topk", "", 8, 0.2),
                        entry("b", "topk", "", 16, 0.3),
                        entry("c", "topk", "", 32, 0.1)),
                null);

        assertThat(ParetoChart.svg(report))
                .containsPattern("class=\"front mixed\" d=\"M\\d+\\.\\d \\d+\\.\\dL\\d+\\.\\d \\d+\\.\\d\"");
    }

    @Test
    void shouldGiveEveryKindAColourAndAShapeOfItsOwn() {
        List<String> kinds =
                Kinds.ALL.list().stream().map(kind -> kind.descriptor().name()).toList();
        List<FamilyStyle> styles = Stream.concat(kinds.stream(), Stream.of("unknown"))
                .map(FamilyStyle::of)
                .toList();
        assertThat(styles).extracting(FamilyStyle::light).doesNotHaveDuplicates();
        assertThat(styles).extracting(FamilyStyle::dark).doesNotHaveDuplicates();
        assertThat(styles).extracting(FamilyStyle::shape).doesNotHaveDuplicates();
    }

    @Test
    void shouldDrawAnEmptyPlotBeforeAnythingIsScored() {
        assertThat(ParetoChart.svg(new Report("s", 0, 0, List.of(), null)))
                .endsWith("</svg>\n")
                .doesNotContain("NaN");
    }
}
