package dev.sluice.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final StreamSpec STREAM = new StreamSpec(
            new RowOrder(
                    new RowOrder.Documents("<corpus> & \"co\"", "1", 5, ""),
                    new RowOrder.Cut(16, -1, false),
                    RowOrder.Mixing.ofRows(1024, 7),
                    0),
            new RowValues("none", "1", null, "blocks.1.hook_resid_post", 8, "F32"));

    @Test
    void shouldBeOneWellFormedPageThatNeedsNothingElse() throws Exception {
        String html = html(run("one", "a"));

        var page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", "")
                        .replace("<meta charset=\"utf-8\">", "")
                        .replace("<meta name=\"viewport\" content=\"width=device-width\">", ""))));
        assertThat(page.getDocumentElement().getTagName()).isEqualTo("html");
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(1);
        assertThat(html)
                .doesNotContain("<script", "src=", "@import", "url(")
                .contains("FVU at matched L0", "Every dictionary", "Scalars of training", "What was run");
    }

    @Test
    void shouldEscapeWhatUsersHaveNamed() {
        assertThat(html(run("one", "a")))
                .contains("&lt;corpus&gt; &amp; \\&quot;co\\&quot;", "deploy/local/run --corpus &lt;x&gt;")
                .doesNotContain("<corpus>", "<x>");
    }

    @Test
    void shouldSayWhatWasRun() {
        assertThat(html(run("one", "a")))
                .contains(STREAM.digest(), STREAM.orderDigest(), "f00d", "12 threads", "learning_rate", "Sluice 0.1.0");
    }

    @Test
    void shouldCompareRunsOfOneStreamAndTellTheirNamesApart() {
        String html = html(run("one", "a", "b"), run("two", "a"));

        assertThat(html).containsOnlyOnce("<h2>").contains("a (one)", "a (two)", ">b<");
    }

    @Test
    void shouldShowTheSpreadOfWhatDiffersInItsSeedAlone() {
        Report report = report(
                MatchedL0Test.entry("s1", "topk", "", 8, 0.2, 9), MatchedL0Test.entry("s2", "topk", "", 8, 0.4, 9));
        Provenance provenance = new Provenance(STREAM, List.of(spec("s1", 1), spec("s2", 2)), List.of());

        assertThat(html(new ReportedRun("one", report, provenance, List.of())))
                .contains("Spread over seeds", "s1, s2", "0.3000 ± 0.1414");
        SeedGroups.Spread spread = Objects.requireNonNull(
                SeedGroups.spread(report.variants(), entry -> MatchedL0.rest(entry, MetricTable.FVU)));
        assertThat(spread.mean()).isCloseTo(0.3, within(1e-12));
        assertThat(Objects.requireNonNull(spread.deviation())).isCloseTo(Math.sqrt(0.02), within(1e-12));
    }

    @Test
    void shouldCountCopiesOfOneSeedOnce() {
        SeedGroups groups = SeedGroups.of(
                List.of(
                        MatchedL0Test.entry("s1", "topk", "", 8, 0.2, 9),
                        MatchedL0Test.entry("copy", "topk", "", 8, 0.2, 9)),
                Map.of("s1", spec("s1", 1), "copy", spec("copy", 1)));

        assertThat(groups.repeated()).isEmpty();
    }

    @Test
    void shouldLetTheSeriesOfTheMostTokensStandForItsSeed() {
        Entry early = MatchedL0Test.entry("early", "topk", "", 8, 0.5, 9);
        Entry late = after(2000, MatchedL0Test.entry("late", "topk", "", 8, 0.2, 9));
        Map<String, VariantSpec> specs = Map.of("early", spec("early", 1), "late", spec("late", 1));

        assertThat(SeedGroups.of(List.of(early, late), specs).groups()).containsExactly(List.of(late));
        assertThat(SeedGroups.of(List.of(late, early), specs).groups()).containsExactly(List.of(late));
    }

    private static Entry after(long tokens, Entry entry) {
        Report.Size size =
                new Report.Size(tokens, entry.size().latents(), entry.size().parameters());
        return new Entry(entry.name(), entry.membership(), size, entry.results());
    }

    @Test
    void shouldNotTakeVariantsOfDifferentRatesAsSeeds() {
        SeedGroups groups = SeedGroups.of(
                List.of(
                        MatchedL0Test.entry("s1", "topk", "", 8, 0.2, 9),
                        MatchedL0Test.entry("other", "topk", "", 8, 0.4, 9)),
                Map.of("s1", spec("s1", 1), "other", spec("other", 1, 2e-3)));

        assertThat(groups.repeated()).isEmpty();
    }

    @Test
    void shouldShowTheCrossEntropyWhereItWasScoredThroughTheModel() {
        assertThat(html(scoredRun("one", "rest", scored("a", 8, 0.9), scored("b", 16, 0.975))))
                .contains(
                        "CE recovered at matched L0",
                        "0.9000 (65)",
                        "0.9750 (116)",
                        "Through the model tiny",
                        ">CE lost<");
    }

    @Test
    void shouldNotShowScoresOnOtherRowsBesideThem() {
        String html =
                html(scoredRun("one", "rest", scored("a", 8, 0.9)), scoredRun("two", "all", scored("b", 16, 0.975)));

        assertThat(html)
                .contains("0.9000 (65)", "scored on other rows or by another model, and so not shown: two.")
                .doesNotContain("0.9750");
    }

    private static ReportedRun scoredRun(String name, String rows, Entry... entries) {
        ModelScores.Model model = new ModelScores.Model("tiny", "abc", null, "blocks.1.hook_resid_post");
        Report report = new Report(
                STREAM.id(),
                1000,
                100,
                List.of(entries),
                new Report.ThroughModel(model, new ModelScores.Scope(rows, rows, 90, 3), Map.of(), null));
        return new ReportedRun(name, report, new Provenance(null, List.of(), List.of()), List.of());
    }

    private static Entry scored(String id, double l0, double recovered) {
        Entry entry = MatchedL0Test.entry(id, "topk", "", l0, 0.2, 9);
        Report.Results results = entry.results();
        return new Entry(
                entry.name(),
                entry.membership(),
                entry.size(),
                new Report.Results(
                        results.prequential(),
                        results.prequentialLosses(),
                        results.heldout(),
                        results.heldoutRest(),
                        new ModelScores.View(Map.of("ce_recovered", recovered), Map.of()),
                        null));
    }

    @Test
    void shouldSaySoBeforeAStreamHasBegun() {
        assertThat(html()).contains("No stream has begun yet").endsWith("</html>\n");
    }

    private static String html(ReportedRun... runs) {
        return HtmlReport.of(List.of(runs), MetricTable.standard());
    }

    private static ReportedRun run(String name, String... ids) {
        return new ReportedRun(
                name,
                report(Stream.of(ids)
                        .map(id -> MatchedL0Test.entry(id, "topk", "", 8, 0.2, 9))
                        .toArray(Entry[]::new)),
                new Provenance(
                        STREAM,
                        Stream.of(ids).map(id -> spec(id, 1)).toList(),
                        List.of(new CheckpointManifest(
                                new CheckpointManifest.Origin(spec(ids[0], 1), 0, STREAM.digest()),
                                new CheckpointManifest.Position(10, 1000, 1000, 0),
                                true,
                                new CheckpointManifest.StoredFile("f", 1, "f00d"),
                                Map.of("threads", "12 threads"),
                                null))),
                List.of("deploy/local/run --corpus <x>"));
    }

    private static Report report(Entry... entries) {
        return new Report(STREAM.id(), 1000, 100, List.of(entries), null);
    }

    private static VariantSpec spec(String id, int seed) {
        return spec(id, seed, 1e-3);
    }

    private static VariantSpec spec(String id, int seed, double rate) {
        return new VariantSpec(
                id,
                STREAM.id(),
                TopK.of(Map.of()),
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate",
                                rate,
                                "epochs",
                                1,
                                "tokens",
                                1000,
                                "decay",
                                0.2,
                                "normalisation",
                                "none",
                                "seed",
                                seed,
                                "checkpoint-tokens",
                                500)),
                "earliest");
    }
}
