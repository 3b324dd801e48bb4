package dev.sluice.evaluator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.rows.HeldoutRows;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarksTest {
    private final Marks marks = new Marks();

    @Test
    void shouldSkipIntermediateMarksWhileBusyButNeverTheLast() {
        marks.offer(manifest("a", 10, false));
        marks.offer(manifest("a", 20, false));
        CheckpointManifest busyWith = marks.next(any -> true).orElseThrow();
        marks.offer(manifest("a", 30, false));
        marks.offer(manifest("a", 30, true));
        marks.handled(busyWith);

        assertThat(busyWith.step()).isEqualTo(20);
        assertThat(marks.next(any -> true)).contains(manifest("a", 30, true));
    }

    @Test
    void shouldScoreTheLastMarkAgainWhenItWasScoredBeforeItWasTheLast() {
        marks.offer(manifest("a", 30, false));
        marks.handled(manifest("a", 30, false));
        marks.offer(manifest("a", 30, false));
        assertThat(marks.next(any -> true)).isEmpty();
        marks.offer(manifest("a", 30, true));
        assertThat(marks.next(any -> true)).isPresent();
    }

    @Test
    void shouldKnowWhetherAManifestStillCounts() {
        marks.offer(manifest("a", 30, true));
        CheckpointManifest last = marks.next(any -> true).orElseThrow();
        assertThat(marks.isNewest(last)).isTrue();
        marks.forget("a");
        assertThat(marks.isNewest(last)).isFalse();
    }

    @Test
    void shouldServeTheVariantThatHasWaitedLongest() {
        marks.offer(manifest("a", 10, false));
        marks.handled(manifest("a", 10, false));
        marks.offer(manifest("a", 20, false));
        marks.offer(manifest("b", 10, false));
        assertThat(marks.next(any -> true).orElseThrow().spec().id()).isEqualTo("b");
        marks.handled(manifest("b", 10, false));
        assertThat(marks.next(any -> true).orElseThrow().spec().id()).isEqualTo("a");
    }

    @Test
    void shouldWaitUntilAMarksRowsAreInTheLog() {
        marks.offer(manifest("a", 10, false));
        assertThat(marks.next(any -> false)).isEmpty();
        assertThat(marks.next(any -> true)).isPresent();
        // H = 100 rows; the final mark needs the stream's end.
        assertThat(Scoring.rowsFor(false, false, 99, 100)).isNegative();
        assertThat(Scoring.rowsFor(false, false, 101, 100)).isEqualTo(100);
        assertThat(Scoring.rowsFor(false, true, 60, 100)).isEqualTo(60);
        assertThat(Scoring.rowsFor(true, false, 200, 100)).isNegative();
        assertThat(Scoring.rowsFor(true, true, 200, 100)).isEqualTo(200);
    }

    @Test
    void shouldNeverMakeABatchOfAFewRows() {
        assertThat(HeldoutRows.batchRows(5000)).isEqualTo(1024);
        assertThat(HeldoutRows.batchRows(1039)).isEqualTo(1039);
        assertThat(HeldoutRows.batchRows(1040)).isEqualTo(1024);
        assertThat(HeldoutRows.batchRows(16)).isEqualTo(16);
    }

    private static CheckpointManifest manifest(String id, long step, boolean last) {
        VariantSpec spec = new VariantSpec(
                id,
                "stream-1",
                new DictionarySpec.KMeans(8, 0),
                new TrainingSpec(0, 100, 1, 1000, 0, 0, 0, "none", 1, 1000),
                "earliest");
        return new CheckpointManifest(1, spec, 0, "d", step, step * 100, 0, 0, last, "f", 1, "s", Map.of(), null);
    }
}
