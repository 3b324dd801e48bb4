package dev.sluice.evaluator.tracking;

import static dev.sluice.trainer.contract.Measurement.PREQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.page.Facts;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(MetricTable.standard(), 2);
    private final KeptPoints sink = new KeptPoints();

    @Test
    void shouldHandOverPointsInTheOrderOfTokens() throws Exception {
        add(window(300, 2000));
        add(window(200, 1000));

        assertThat(backlog.writeTo(sink)).isTrue();
        assertThat(sink.taken).containsExactly("200 at 1000", "300 at 2000");
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void shouldKeepNothingOfATrainingThatWasDeletedBesideThatOfTheSameName() throws Exception {
        RollingMetrics both = window(100, 1000);
        RollingMetrics onlyFirst = window(200, 2000);
        add(both);
        add(onlyFirst);
        backlog.add(both.key(), null);
        backlog.add(onlyFirst.key(), null);
        add(window(100, 9000));

        assertThat(backlog.size()).isEqualTo(1);
        backlog.writeTo(sink);
        assertThat(sink.taken).containsExactly("100 at 9000");
    }

    @Test
    void shouldPutALaterRecordInThePlaceOfTheOneOfItsKey() throws Exception {
        add(window(100, 1000));
        add(window(100, 9000));

        backlog.writeTo(sink);
        assertThat(sink.taken).containsExactly("100 at 9000");
    }

    @Test
    void shouldKeepNothingOfAClosedWindowWhoseKeyANewTrainingHasOpenedAgain() {
        add(window(100, 1000));
        add(Facts.metrics("topk", "", "topk", PREQUENTIAL, 100, 50, true, false, 0.5, 9000));

        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void shouldDeletePointsThatWaitForASinkThatDidNotAnswer() throws Exception {
        sink.answers = false;
        add(window(100, 1000));
        assertThat(backlog.writeTo(sink)).isFalse();
        sink.answers = true;
        backlog.add(window(100, 1000).key(), null);
        add(window(200, 9000));

        backlog.writeTo(sink);
        assertThat(sink.taken).containsExactly("200 at 9000");
    }

    @Test
    void shouldWaitHoweverMuchWasThereAtTheFirstFault() throws Exception {
        sink.answers = false;
        addWindows(1, 10);
        assertThat(backlog.writeTo(sink)).isFalse();
        addWindows(11, 12);
        assertThat(backlog.writeTo(sink)).isFalse();
        sink.answers = true;

        assertThat(backlog.writeTo(sink)).isTrue();
        assertThat(sink.taken).hasSize(12);
    }

    @Test
    void shouldEndWhenTooMuchHasComeSinceTheFirstFault() throws Exception {
        sink.answers = false;
        addWindows(1, 10);
        assertThat(backlog.writeTo(sink)).isFalse();
        addWindows(11, 13);

        assertThatThrownBy(() -> backlog.writeTo(sink))
                .isInstanceOf(TrackingException.class)
                .hasMessage("13 points wait for memory; a restart writes them");
    }

    @Test
    void shouldCountAnewAfterTheSinkHasAnswered() throws Exception {
        sink.answers = false;
        addWindows(1, 2);
        assertThat(backlog.writeTo(sink)).isFalse();
        sink.answers = true;
        assertThat(backlog.writeTo(sink)).isTrue();
        sink.answers = false;
        addWindows(3, 10);

        assertThat(backlog.writeTo(sink)).isFalse();
    }

    private void addWindows(int first, int last) {
        IntStream.rangeClosed(first, last).forEach(i -> add(window(100L * i, i)));
    }

    private void add(RollingMetrics metrics) {
        backlog.add(metrics.key(), metrics);
    }

    private static RollingMetrics window(long end, long atMillis) {
        return Facts.metrics("topk", "", "topk", PREQUENTIAL, end, end, false, false, 0.5, atMillis);
    }
}
