package dev.sluice.evaluator.through;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.metric.ModelSums;
import dev.sluice.evaluator.metric.RunSums;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final RunSums ORIGINAL = new RunSums(100, 300, 0, 100);

    /** Document i loses i hundredths of what zero ablation loses. */
    private static ModelSums sums(List<Long> documents) {
        RunSums run = documents.stream()
                .map(i -> new RunSums(100, 300 + 4.0 * i, i, 90))
                .reduce(RunSums.ZERO, RunSums::plus);
        return new ModelSums(
                run,
                times(ORIGINAL, documents),
                times(new RunSums(100, 700, 100, 1), documents),
                times(ORIGINAL, documents));
    }

    private static RunSums times(RunSums sums, List<Long> documents) {
        return documents.stream().map(any -> sums).reduce(RunSums.ZERO, RunSums::plus);
    }

    private static List<Long> documents(int count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @Test
    void shouldHoldTheEstimateBetweenItsEndsAndNarrowWithMoreDocuments() {
        List<Double> few =
                Bootstrap.intervals(documents(20), BootstrapTest::sums).get("ce_recovered");
        List<Double> alike =
                Bootstrap.intervals(List.of(10L, 10L, 10L), BootstrapTest::sums).get("ce_recovered");

        // Of 20 values 0 to 0.19 the mean has a standard error of 0.0129.
        assertThat(few.get(0)).isBetween(0.87, 0.89);
        assertThat(few.get(1)).isBetween(0.92, 0.94);
        assertThat(alike).containsExactly(0.9, 0.9);
    }

    @Test
    void shouldGiveTheSameIntervalsForTheSameDocuments() {
        Map<String, List<Double>> once = Bootstrap.intervals(documents(7), BootstrapTest::sums);

        assertThat(Bootstrap.intervals(documents(7), BootstrapTest::sums)).isEqualTo(once);
        assertThat(once).containsKeys("kl", "ce_increase", "top1_agreement").doesNotContainKey("ce_recovered_mean");
    }

    @Test
    void shouldGiveNoneForASingleDocument() {
        assertThat(Bootstrap.intervals(documents(1), BootstrapTest::sums)).isEmpty();
    }
}
