package dev.sluice.evaluator.rolling;

import static dev.sluice.evaluator.contract.RollingMetrics.SUMMARY;
import static dev.sluice.trainer.contract.Measurement.HELDOUT;
import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static dev.sluice.trainer.contract.Measurement.SEEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.contract.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows of 1,000 tokens, ten batches each. */
class RollingTopologyTest {
    private static final long WINDOW = 1000;

    private final List<String> rejected = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, Measurement> measurements;
    private TestInputTopic<String, byte[]> variants;
    private TestOutputTopic<String, RollingMetrics> metrics;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void open() {
        open(WINDOW);
    }

    private void open(long window) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        driver = new TopologyTestDriver(RollingTopology.of(window, rejected::add, MetricTable.standard()), settings);
        measurements = driver.createInputTopic(
                Topic.MEASUREMENTS,
                Serdes.String().serializer(),
                JsonSerde.of(Measurement.class).serializer());
        variants = driver.createInputTopic(
                Topic.VARIANTS, Serdes.String().serializer(), Serdes.ByteArray().serializer());
        metrics = driver.createOutputTopic(
                Topic.METRICS,
                Serdes.String().deserializer(),
                JsonSerde.of(RollingMetrics.class).deserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void shouldCloseAWindowWhenTheNextBegins() {
        steps("a", PREQUENTIAL, 0, 11);

        List<RollingMetrics> closed = closed();
        assertThat(closed).hasSize(1);
        RollingMetrics first = closed.get(0);
        assertThat(first.key()).isEqualTo("a/0/prequential/1000");
        assertThat(first.span().fromTokens()).isZero();
        assertThat(first.span().toTokens()).isEqualTo(1000);
        assertThat(first.span().last()).isFalse();
        // Steps 0 to 9 have squared errors 1 to 10 a row over all rows, 2 to 11 over rest, at variance 1.
        assertThat(first.all().rows()).isEqualTo(1000);
        assertThat(MetricTable.SSE.of(first.all())).isCloseTo(5.5, within(1e-12));
        assertThat(MetricTable.MSE.of(first.all())).isCloseTo(2.75, within(1e-12));
        assertThat(MetricTable.FVU.of(first.all())).isCloseTo(5.5, within(1e-12));
        assertThat(first.rest().rows()).isEqualTo(900);
        assertThat(MetricTable.SSE.of(first.rest())).isCloseTo(6.5, within(1e-12));
        assertThat(MetricTable.L0.of(first.all())).isEqualTo(1);
        assertThat(first.figures().losses().get("loss")).isCloseTo(4.5, within(1e-12));
        assertThat(first.atMillis()).isEqualTo(900);
    }

    @Test
    void shouldCloseTheLastWindowWhenNothingMoreComes() {
        steps("a", PREQUENTIAL, 0, 12);
        pipe(Steps.step("a", "", PREQUENTIAL, 12, true));

        RollingMetrics last = ofSplit(closed(), PREQUENTIAL).get(1);
        assertThat(last.span().last()).isTrue();
        assertThat(last.span().windowEnd()).isEqualTo(2000);
        assertThat(last.span().toTokens()).isEqualTo(1300);
    }

    @Test
    void shouldEndWhenTheLastStepIsSaidAgainToBeTheLast() {
        steps("a", SEEN, 0, 12);
        pipe(Steps.step("a", "", SEEN, 11, true));

        RollingMetrics last = closed().get(1);
        assertThat(last.span().last()).isTrue();
        assertThat(last.all().rows()).isEqualTo(200);
    }

    @Test
    void shouldShowTheOpenWindowAboutOnceASecond() {
        driverForWindowsOf(100_000);
        steps("a", PREQUENTIAL, 0, 31);

        List<RollingMetrics> shown = metrics.readValuesToList();
        assertThat(shown).extracting(window -> window.span().partial()).containsOnly(true);
        assertThat(shown).extracting(window -> window.span().toTokens()).containsExactly(100L, 1100L, 2100L, 3100L);
        assertThat(shown).extracting(RollingMetrics::key).containsOnly("a/0/prequential/100000");
    }

    @Test
    void shouldDropStepsThatItHasSeen() {
        steps("a", PREQUENTIAL, 0, 8);
        steps("a", PREQUENTIAL, 3, 11); // the trainer restored the checkpoint after step 2
        steps("a", PREQUENTIAL, 5, 11);

        assertThat(closed()).singleElement().satisfies(window -> {
            assertThat(window.all().rows()).isEqualTo(1000);
            assertThat(MetricTable.SSE.of(window.all())).isCloseTo(5.5, within(1e-12));
        });
    }

    @Test
    void shouldKeepVariantsAndViewsApart() {
        for (int step = 0; step < 11; step++) {
            pipe(Steps.step("a", "first-8", PREQUENTIAL, step, false));
            pipe(Steps.step("a", "per-token-8", PREQUENTIAL, step, false));
            pipe(Steps.step("b", "", PREQUENTIAL, step, false));
        }

        assertThat(closed())
                .extracting(RollingMetrics::key)
                .containsExactly(
                        "a-first-8/0/prequential/1000", "a-per-token-8/0/prequential/1000", "b/0/prequential/1000");
    }

    @Test
    void shouldNeverCutABatchWiderThanAWindow() {
        for (int step = 0; step < 3; step++) {
            pipe(Steps.measurement("a", "", PREQUENTIAL, step, step * 2500L, 2500, false, 0));
        }

        assertThat(closed())
                .extracting(
                        window -> window.span().windowEnd(),
                        window -> window.span().toTokens())
                .containsExactly(tuple(1000L, 2500L), tuple(3000L, 5000L));
    }

    @Test
    void shouldCountDeadLatentsOfTheWindowAndOfTheLastFour() {
        for (int step = 0; step < 60; step++) {
            // One latent a window: window 0 fires latent 0, window 1 latent 1, ...
            pipe(Steps.measurement("a", "", PREQUENTIAL, step, step * 100L, 100, false, 0), step / 10);
        }

        List<RollingMetrics> closed = closed();
        assertThat(closed)
                .extracting(window -> window.figures().dead().deadFraction())
                .containsOnly(0.875);
        assertThat(closed)
                .extracting(window -> window.figures().dead().deadFractionLong())
                .containsExactly(null, null, null, 0.5, 0.5);
        assertThat(closed.get(0).figures().dead().deadWindowTokens()).isEqualTo(4000);
    }

    @Test
    void shouldCountDeadLatentsOnIntoTheNextPass() {
        for (int step = 0; step < 40; step++) {
            String split = step < 25 ? PREQUENTIAL : SEEN;
            pipe(Steps.measurement("a", "", split, step, step * 100L, 100, step == 39, 0), step / 10);
        }

        List<RollingMetrics> seen = ofSplit(closed(), SEEN);
        assertThat(seen.get(seen.size() - 1).figures().dead().deadFractionLong())
                .isEqualTo(0.5);
    }

    @Test
    void shouldEndTheFirstPassWhenASecondBegins() {
        steps("a", PREQUENTIAL, 0, 25);
        steps("a", SEEN, 25, 32);

        List<RollingMetrics> closed = closed();
        List<RollingMetrics> first = ofSplit(closed, PREQUENTIAL);
        assertThat(first).extracting(window -> window.span().toTokens()).containsExactly(1000L, 2000L, 2500L);
        assertThat(first).extracting(window -> window.span().last()).containsExactly(false, false, true);
        assertThat(ofSplit(closed, SEEN)).singleElement().satisfies(window -> {
            assertThat(window.span().fromTokens()).isEqualTo(2500);
            assertThat(window.span().toTokens()).isEqualTo(3000);
        });
    }

    @Test
    void shouldSummariseTheLastFifthOfTheFirstPass() {
        steps("a", PREQUENTIAL, 0, 50);
        assertThat(ofSplit(closed(), SUMMARY)).isEmpty();
        steps("a", SEEN, 50, 52);

        assertThat(ofSplit(closed(), SUMMARY)).singleElement().satisfies(summary -> {
            // Slices of 125 tokens: 4,000 of 5,000 is the end of one.
            assertThat(summary.span().fromTokens()).isEqualTo(4000);
            assertThat(summary.span().toTokens()).isEqualTo(5000);
            assertThat(MetricTable.SSE.of(summary.all())).isCloseTo(45.5, within(1e-9));
            assertThat(summary.figures().losses().get("loss")).isCloseTo(44.5, within(1e-9));
            assertThat(summary.key()).isEqualTo("a/0/summary/5000");
            assertThat(summary.span().last()).isTrue();
        });
    }

    @Test
    void shouldSummariseAPassOfAnyLengthFromABoundedNumberOfSlices() {
        int steps = 5_000;
        steps("a", PREQUENTIAL, 0, steps);
        assertThat(sliceCount()).isLessThanOrEqualTo(65);
        pipe(Steps.step("a", "", PREQUENTIAL, steps, true));

        RollingMetrics summary = ofSplit(closed(), SUMMARY).get(0);
        assertThat(summary.span().fromTokens()).isBetween(390_000L, 400_080L);
        assertThat(summary.span().toTokens()).isEqualTo(500_100);
        assertThat(sliceCount()).isZero();
    }

    @Test
    void shouldGiveOneResultForEachScoredCheckpoint() {
        pipe(Steps.heldOut("a", "", 10, false));
        pipe(Steps.heldOut("a", "", 10, false));
        pipe(Steps.heldOut("a", "", 20, false));
        pipe(Steps.heldOut("a", "", 20, true)); // the last one is scored over all rows
        pipe(Steps.heldOut("a", "", 20, true));

        List<RollingMetrics> scored = ofSplit(metrics.readValuesToList(), HELDOUT);
        assertThat(scored).extracting(window -> window.span().toTokens()).containsExactly(1000L, 2000L, 2000L);
        assertThat(scored).extracting(window -> window.span().last()).containsExactly(false, false, true);
        assertThat(scored.get(2).all().rows()).isEqualTo(40);
    }

    @Test
    void shouldRejectWhatCannotBeCountedAndGoOn() {
        pipe(Steps.step("a", "", "tomorrow", 0, false));
        steps("a", PREQUENTIAL, 0, 11);

        assertThat(rejected).containsExactly("measurement");
        assertThat(closed()).hasSize(1);
    }

    @Test
    void shouldRefuseWindowsOfNoTokens() {
        assertThatThrownBy(() -> RollingTopology.of(0, rejected::add, MetricTable.standard()))
                .hasMessage("evaluator.window-tokens must be at least 1, got 0");
    }

    @Test
    void shouldDeleteEveryKeyOfADeletedVariantAndForgetItsSeries() {
        steps("a", PREQUENTIAL, 0, 11);
        steps("ab", PREQUENTIAL, 0, 11);
        pipe(Steps.step("a", "", HELDOUT, 5, false));
        List<String> published = metrics.readKeyValuesToList().stream()
                .map(record -> record.key)
                .filter(key -> key.startsWith("a/"))
                .distinct()
                .toList();
        assertThat(published).hasSize(3);

        delete("a");

        assertThat(metrics.readKeyValuesToList())
                .allMatch(record -> record.value == null)
                .extracting(record -> record.key)
                .containsExactlyInAnyOrderElementsOf(published);
        steps("a", PREQUENTIAL, 11, 21);
        assertThat(metrics.isEmpty()).isTrue();
        steps("ab", PREQUENTIAL, 11, 21);
        assertThat(closed()).extracting(RollingMetrics::key).containsExactly("ab/0/prequential/2000");

        variants.pipeInput("a", new byte[] {1});
        steps("a", PREQUENTIAL, 0, 11);
        assertThat(closed())
                .singleElement()
                .returns(1000L, window -> window.all().rows());
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value
    private void delete(String variant) {
        variants.pipeInput(variant, null);
    }

    private void driverForWindowsOf(long tokens) {
        close();
        open(tokens);
    }

    private void steps(String variant, String split, int from, int to) {
        for (int step = from; step < to; step++) {
            pipe(Steps.step(variant, "", split, step, false));
        }
    }

    private void pipe(Measurement m) {
        measurements.pipeInput(m.variant(), m);
    }

    /** The measurement with only this latent fired. */
    private void pipe(Measurement m, int latent) {
        pipe(Steps.firing(m, latent));
    }

    private int sliceCount() {
        List<Object> slices = new ArrayList<>();
        try (var all = driver.getKeyValueStore(RollingProcessor.SLICES).all()) {
            all.forEachRemaining(slices::add);
        }
        return slices.size();
    }

    private List<RollingMetrics> closed() {
        return metrics.readValuesToList().stream()
                .filter(window -> !window.span().partial())
                .toList();
    }

    private static List<RollingMetrics> ofSplit(List<RollingMetrics> windows, String split) {
        return windows.stream().filter(window -> window.split().equals(split)).toList();
    }
}
