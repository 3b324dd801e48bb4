package dev.sluice.evaluator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.StreamRows;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
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
        marks.handled(result(busyWith));

        assertThat(busyWith.step()).isEqualTo(20);
        assertThat(marks.next(any -> true)).contains(manifest("a", 30, true));
    }

    @Test
    void shouldScoreTheLastMarkAgainWhenItWasScoredBeforeItWasTheLast() {
        marks.offer(manifest("a", 30, false));
        marks.handled(result(manifest("a", 30, false)));
        marks.offer(manifest("a", 30, false));
        assertThat(marks.next(any -> true)).isEmpty();
        marks.offer(manifest("a", 30, true));
        assertThat(marks.next(any -> true)).isPresent();
    }

    @Test
    void shouldForgetAVariantThatIsGone() {
        marks.offer(manifest("a", 30, true));
        marks.handled(result(manifest("a", 30, true)));
        marks.forget("a");
        assertThat(marks.next(any -> true)).isEmpty();
        marks.offer(manifest("a", 30, true));
        assertThat(marks.next(any -> true)).isPresent();
    }

    @Test
    void shouldReadAnotherFileOfTheSameStep() {
        marks.handled(result(manifest("a", 30, true)));
        CheckpointManifest other = manifest("a", 30, true, "other");
        marks.offer(other);
        assertThat(marks.next(any -> true)).contains(other);
    }

    @Test
    void shouldServeTheVariantThatHasWaitedLongest() {
        marks.offer(manifest("a", 10, false));
        marks.handled(result(manifest("a", 10, false)));
        marks.offer(manifest("a", 20, false));
        marks.offer(manifest("b", 10, false));
        assertThat(marks.next(any -> true).orElseThrow().spec().id()).isEqualTo("b");
        marks.handled(result(manifest("b", 10, false)));
        assertThat(marks.next(any -> true).orElseThrow().spec().id()).isEqualTo("a");
    }

    @Test
    void shouldWaitUntilAMarksRowsAreInTheLog() {
        marks.offer(manifest("a", 10, false));
        assertThat(marks.next(any -> false)).isEmpty();
        assertThat(marks.next(any -> true)).isPresent();
    }

    @Test
    void shouldSetAVariantBackUntilItsTimeOrItsEnd() {
        marks.postpone("a", 10);
        assertThat(marks.isPostponed("a", 9)).isTrue();
        assertThat(marks.isPostponed("a", 10)).isFalse();
        assertThat(marks.isPostponed("b", 9)).isFalse();
        marks.forget("a");
        assertThat(marks.isPostponed("a", 9)).isFalse();
    }

    @Test
    void shouldNeverMakeABatchOfAFewRows() {
        assertThat(StreamRows.batchRows(5000)).isEqualTo(1024);
        assertThat(StreamRows.batchRows(1039)).isEqualTo(1039);
        assertThat(StreamRows.batchRows(1040)).isEqualTo(1024);
        assertThat(StreamRows.batchRows(16)).isEqualTo(16);
    }

    private static JobResult result(CheckpointManifest of) {
        return new JobResult(
                new JobResult.Key(of.spec().id(), of.generation(), of.tokens(), "job"),
                new JobResult.Checkpoint(of.spec().stream(), of.step(), of.last(), of.sha256()),
                new JobResult.Outcome(JobResult.DONE, null, null, null),
                new JobResult.Effort(1, 1, 1));
    }

    private static CheckpointManifest manifest(String id, long step, boolean last) {
        return manifest(id, step, last, "s" + step);
    }

    private static CheckpointManifest manifest(String id, long step, boolean last, String sha256) {
        VariantSpec spec = new VariantSpec(
                id,
                "stream-1",
                new KMeans(8, 0),
                TrainingKeys.spec(
                        new TokenMeanKind().descriptor(),
                        Map.of("batch-tokens", 100, "epochs", 1, "tokens", 1000, "seed", 1, "checkpoint-tokens", 1000)),
                "earliest");
        return new CheckpointManifest(
                new CheckpointManifest.Origin(spec, 0, "d"),
                new CheckpointManifest.Position(step, step * 100, 0, 0),
                last,
                new CheckpointManifest.StoredFile("f", 1, sha256),
                Map.of(),
                null);
    }
}
