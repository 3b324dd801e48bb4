package dev.sluice.evaluator.view;

import static dev.sluice.evaluator.contract.RollingMetrics.SUMMARY;
import static dev.sluice.trainer.contract.Measurement.HELDOUT;
import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static dev.sluice.trainer.contract.Measurement.SEEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private static final long START = 1_000_000;

    private final AtomicLong now = new AtomicLong(START);
    private final LiveView view = new LiveView(now::get, () -> 0, 16_384, 65_536);

    private void run() {
        view.put(Facts.STREAM, Facts.progress(10_000, false, 1, START - 2000));
        view.put(Facts.STREAM, Facts.progress(42_000, false, 2.8, START));
        view.put("a", WantedVariant.of(Facts.topk("a")));
        view.put(Facts.status("a", "topk", "training", 20_000, 1, START - 2000));
        view.put(Facts.status("a", "topk", "training", 40_000, 2, START));
    }

    @Test
    void shouldNameTheBusiestStageAsTheBottleneck() {
        run();

        List<Api.Node> nodes = view.overview(null).pipeline();

        assertThat(nodes)
                .extracting(node -> node.stage().id())
                .containsExactly("corpus", "model", "log", "dictionaries", "evaluator");
        assertThat(nodes.get(0).flow().value()).isCloseTo(48_000.0, within(1e-6));
        assertThat(nodes.get(1).flow().value()).isCloseTo(16_000.0, within(1e-6));
        assertThat(nodes.get(1).busy()).isCloseTo(0.9, within(1e-9));
        assertThat(nodes.get(3).busy()).isCloseTo(0.5, within(1e-9));
        assertThat(nodes.get(3).detail()).isEqualTo("1 of 1 train · pass 4 of 5");
        assertThat(nodes)
                .filteredOn(Api.Node::bottleneck)
                .singleElement()
                .satisfies(node -> assertThat(node.stage().id()).isEqualTo("model"));
    }

    @Test
    void shouldWriteTheMembersOfAnOverviewSideBySide() throws Exception {
        run();

        JsonNode overview = Json.mapper().readTree(Api.write(view.overview(null)));

        assertMembers(overview, "version", "time", "seq", "streams", "stream", "progress", "pipeline");
        assertMembers(
                overview.at("/streams/0"),
                "id",
                "corpus",
                "hook",
                "model",
                "width",
                "rows",
                "heldout_rows",
                "expected_rows",
                "complete",
                "seed");
        assertMembers(
                overview.path("progress"),
                "tokens",
                "target_tokens",
                "fraction",
                "remaining_seconds",
                "done",
                "state",
                "epoch",
                "epochs",
                "waiting_for");
        assertMembers(
                overview.at("/pipeline/0"), "id", "label", "value", "unit", "busy", "detail", "bottleneck", "lag");
    }

    private static void assertMembers(JsonNode node, String... names) {
        assertThat(node.fieldNames()).toIterable().containsExactlyInAnyOrder(names);
    }

    @Test
    void shouldNotGoOnShowingRatesOfASilentRun() {
        run();
        now.addAndGet(60_000);

        Api.Overview overview = view.overview(null);
        assertThat(overview.pipeline())
                .extracting(node -> node.flow().value())
                .containsExactly(0.0, 0.0, 0.0, 0.0, null);
        assertThat(overview.pipeline()).noneMatch(Api.Node::bottleneck);
        assertThat(overview.progress().reached().remainingSeconds()).isNull();
    }

    @Test
    void shouldLetTheSlowestVariantDecideTheProgress() {
        view.put("a", WantedVariant.of(Facts.topk("a")));
        view.put("b", WantedVariant.of(Facts.topk("b")));
        view.put(Facts.status("a", "topk", "training", 320_000, 1, START));
        view.put(Facts.status("b", "topk", "training", 160_000, 1, START));

        Api.Progress progress = view.overview(null).progress();
        assertThat(progress.reached().tokens()).isEqualTo(160_000);
        assertThat(progress.reached().fraction()).isEqualTo(0.25);
        assertThat(progress.reached().remainingSeconds()).isEqualTo(30.0);
        assertThat(progress.pass().epoch()).isEqualTo(4);
        assertThat(progress.pass().epochs()).isEqualTo(5);
        assertThat(progress.state()).isEqualTo("running");
    }

    @Test
    void shouldReplaceAnOpenWindowByItsLaterLook() {
        view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 16_384, 1024, false, 0.9));
        long afterFirst = view.seq();
        view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 16_384, 16_384, false, 0.5));
        view.put(Facts.metrics("a", "", "topk", SEEN, 32_768, 20_480, false, 0.4));

        Api.Columns all = view.series(null, PREQUENTIAL, 0).series().get(0);
        assertThat(all.tokens()).containsExactly(16_384L, 20_480L);
        assertThat(all.values().get("fvu")).containsExactly(0.5, 0.4);
        assertThat(all.values().get("dead")).containsExactly(0.125, 0.125);
        assertThat(view.series(null, null, afterFirst).series().get(0).tokens()).containsExactly(16_384L, 20_480L);
        assertThat(view.series(null, null, view.seq()).series()).isEmpty();
        // The table shows the newest closed window, not the noise of one that has just begun.
        assertThat(view.variants().variants().get(0).measured().metrics().get("fvu"))
                .isEqualTo(0.5);
    }

    @Test
    void shouldThinLongCurvesButKeepTheNewestPoint() {
        for (long window = 1; window <= 10_000; window++) {
            view.put(Facts.metrics("a", "", "topk", SEEN, window * 16_384, window * 16_384, false, 0.5));
        }
        List<Long> tokens = view.series(null, null, 0).series().get(0).tokens();
        assertThat(tokens).hasSizeBetween(300, 600).isSorted();
        assertThat(tokens.get(tokens.size() - 1)).isEqualTo(10_000L * 16_384);
    }

    @Test
    void shouldDrawThePcaLineThroughItsPerTokenViews() {
        view.put(Facts.metrics("pca", "per-token-16", "pca", HELDOUT, 1024, 1024, false, 0.278));
        view.put(Facts.metrics("pca", "per-token-8", "pca", HELDOUT, 1024, 1024, false, 0.444));
        view.put(Facts.metrics("pca", "first-8", "pca", HELDOUT, 1024, 1024, false, 0.638));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 1024, 1024, false, 0.3));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 2048, 2048, false, 0.2));

        Api.Pareto pareto = view.pareto(null);
        assertThat(Objects.requireNonNull(pareto.reference()).line())
                .containsExactly(List.of(8.0, 0.444), List.of(16.0, 0.278));
        assertThat(pareto.points()).extracting(point -> point.name().series()).contains("a", "pca-first-8");
        assertThat(pareto.points().get(0).metrics().get("fvu")).isEqualTo(0.2);
        assertThat(pareto.points().get(0).trail()).containsExactly(List.of(16.0, 0.3));
    }

    @Test
    void shouldBeDoneOnlyWithTheFinalManifestItsScoreAndTheFinalMetricsOfEveryView() {
        VariantSpec spec = Facts.pca("pca");
        view.caughtUp();
        view.put("pca", WantedVariant.of(spec));
        view.put(Facts.manifest(spec, 4096, true));
        view.put(Facts.status("pca", "pca", "finished", 4096, 1, START));
        for (String name : List.of("first-8", "per-token-8", "per-token-16")) {
            assertThat(view.isDone()).isFalse();
            assertThat(view.overview(null).progress().waitingFor()).isEqualTo("metrics of pca");
            view.put(Facts.metrics("pca", name, "pca", SUMMARY, 4096, 4096, true, 0.4));
            view.put(Facts.metrics("pca", name, "pca", SEEN, 16_384, 4096, true, 0.4));
            assertThat(view.isDone()).isFalse();
            assertThat(view.overview(null).progress().waitingFor()).isEqualTo("final held-out score of pca");
            view.put(Facts.metrics("pca", name, "pca", HELDOUT, 4096, 4096, true, 0.4));
        }
        assertThat(view.isDone()).isTrue();
        assertThat(view.overview(null).progress().waitingFor()).isNull();
    }

    @Test
    void shouldBeDoneOnASyntheticStreamOnlyWithWhatWasFoundOfItsFeatures() throws Exception {
        VariantSpec spec = Facts.topk("a");
        StreamProgress model = Facts.progress(4096, true, 1, START);
        StreamSpec synthetic = new StreamSpec(
                model.spec().order(),
                new RowValues(
                        "synthetic",
                        "r",
                        null,
                        "synthetic",
                        768,
                        "F16",
                        NamedSpec.read("known-features").spec()));
        view.await(stream -> stream.values().synthetic() == null ? Set.of() : Set.of(TruthFigures.JOB));
        view.caughtUp();
        view.put(
                Facts.STREAM,
                new StreamProgress(
                        synthetic, synthetic.digest(), model.extent(), model.run(), model.place(), model.telemetry()));
        view.put("a", WantedVariant.of(spec));
        view.put(Facts.manifest(spec, 4096, true));
        view.put(Facts.metrics("a", "", "topk", SEEN, 4096, 4096, true, 0.4));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 4096, 4096, true, 0.4));
        assertThat(view.isDone()).isFalse();

        TruthFigures.Found found = new TruthFigures.Found(
                0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 100, "hungarian", new TruthFigures.Chance(0.2, 0.1));
        JobResult result = new JobResult(
                new JobResult.Key("a", 0, 4096, TruthFigures.JOB),
                new JobResult.Checkpoint(Facts.STREAM, 4, true, "s"),
                new JobResult.Outcome(
                        JobResult.DONE,
                        null,
                        Json.mapper()
                                .valueToTree(new TruthFigures(
                                        100, 10, Map.of("", new TruthFigures.View(found, null, null)))),
                        null),
                new JobResult.Effort(10, 1, START));
        view.put(result.key().text(), result);

        assertThat(view.isDone()).isTrue();
        assertThat(view.variants().variants().get(0).measured().truth()).isEqualTo(found);
        assertThat(Objects.requireNonNull(
                                view.report(null).variants().get(0).results().truth())
                        .found())
                .isEqualTo(found);
    }

    @Test
    void shouldNotWaitForTheSummaryOfAFirstPassThatIsShorterThanABatch() {
        VariantSpec spec = Facts.topk("a");
        view.caughtUp();
        view.put("a", WantedVariant.of(spec));
        view.put(Facts.manifest(spec, 4096, true));
        view.put(Facts.metrics("a", "", "topk", SEEN, 4096, 4096, true, 0.4));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 4096, 4096, true, 0.4));
        assertThat(view.isDone()).isTrue();

        view.put(Facts.metrics("a", "", "topk", PREQUENTIAL, 1024, 1024, true, 0.4));
        assertThat(view.isDone()).isFalse();
    }

    @Test
    void shouldCountAFailedVariantAsOver() {
        view.caughtUp();
        view.put("a", WantedVariant.of(Facts.topk("a")));
        assertThat(view.isDone()).isFalse();
        view.put(Facts.status("a", "topk", "failed", 10, 1, START));
        assertThat(view.isDone()).isTrue();
        view.put("a", WantedVariant.of(Facts.topk("a")).replay("earliest"));
        assertThat(view.isDone()).isFalse();
    }

    @Test
    void shouldShowEveryViewOfAVariantBeforeItHasMetrics() {
        view.put("pca", WantedVariant.of(Facts.pca("pca")));
        assertThat(view.variants().variants())
                .extracting(row -> row.name().series())
                .containsExactly("pca-first-8", "pca-per-token-8", "pca-per-token-16");
    }

    @Test
    void shouldTellTheGroupOfAVariantAndWhatItsBestIsChosenBy() {
        view.put("a", WantedVariant.of(Facts.member("a", "grid")));
        view.put("b", WantedVariant.of(Facts.topk("b")));
        view.put(Facts.metrics("a", "", "topk", SUMMARY, 16_384, 16_384, false, 0.5));
        view.put(Facts.metrics("b", "", "topk", PREQUENTIAL, 16_384, 16_384, false, 0.5));

        assertThat(view.variants().variants())
                .extracting(
                        row -> row.specified().group(), row -> row.measured().prequentialSse())
                .containsExactly(tuple("grid", 450.0), tuple(null, null));
        assertThat(view.report(null).variants())
                .extracting(
                        entry -> entry.name().id(), entry -> entry.membership().group())
                .containsExactly(tuple("a", "grid"), tuple("b", null));
    }

    @Test
    void shouldForgetATombstonedVariant() {
        view.put("a", WantedVariant.of(Facts.topk("a")));
        view.put("a", (WantedVariant) null);
        view.put(Facts.status("a", "topk", "handing-over", 10, 1, START));
        view.put(Facts.manifest(Facts.topk("a"), 10, false));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 10, 10, false, 0.4));
        assertThat(view.variants().variants()).isEmpty();
        view.put("a", WantedVariant.of(Facts.topk("a")));
        view.put(Facts.status("a", "topk", "training", 0, 1, START));
        assertThat(view.variants().variants())
                .singleElement()
                .returns(VariantPhase.TRAINING, row -> row.standing().state());
        view.put(Facts.STREAM, Facts.progress(1, false, 1, 1));
        view.put(Facts.STREAM, (StreamProgress) null);
        assertThat(view.overview(null).streams()).isEmpty();
    }

    @Test
    void shouldWaitForTheJobsThatARunWaitsForHoweverTheyEnd() {
        VariantSpec spec = Facts.topk("a");
        view.await(stream -> Set.of(JobResult.THROUGH_MODEL));
        view.caughtUp();
        view.put(Facts.STREAM, Facts.progress(1, false, 1, 1));
        view.put("a", WantedVariant.of(spec));
        view.put(Facts.manifest(spec, 650_000, true));
        view.put(Facts.status("a", "topk", "finished", 650_000, 1, START));
        view.put(Facts.metrics("a", "", "topk", SEEN, 655_360, 650_000, true, 0.5));
        view.put(Facts.metrics("a", "", "topk", HELDOUT, 650_000, 650_000, true, 0.4));
        assertThat(view.isDone()).isFalse();
        assertThat(view.overview(null).progress().waitingFor()).isEqualTo("result of through-model of a");

        JobResult result = Facts.throughModel(spec, JobResult.Outcome.skipped("no model: r"));
        view.put(result.key().text(), result);
        assertThat(view.isDone()).isTrue();
    }

    @Test
    void shouldNumberTheChangesOfALaterProcessHigher() {
        view.put("a", WantedVariant.of(Facts.topk("a")));
        now.addAndGet(1000);
        LiveView later = new LiveView(now::get, () -> 0, 16_384, 65_536);
        assertThat(later.seq()).isGreaterThan(view.seq());
    }
}
