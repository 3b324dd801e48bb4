package dev.sluice.evaluator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.page.Facts;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JobBoardTest {
    private static final long BYTES = 100;

    private final Job scoring = new HeldoutScoring(1000, () -> 0);
    private final Job counting = new CountingJob("", any -> {});
    private final JobBoard board = new JobBoard(List.of(scoring), 3 * BYTES);

    @Test
    void shouldKnowNothingToDoBeforeItHasReadEverything() throws InterruptedException {
        offer("a", 1, 0, true);
        assertThat(board.next(1)).isEmpty();
        board.settle(Set.of(0));
        assertThat(next(board)).isEqualTo(List.of("a"));
    }

    @Test
    void shouldLeaveTheJobsOfOthersAlone() throws InterruptedException {
        offer("a", 1, 0, true);
        board.put(1, "b", manifest("b", 1, 0, true));
        board.settle(Set.of(0, 1));
        assertThat(next(board)).isEqualTo(List.of("a"));
        board.disown(Set.of(0));
        assertThat(board.next(1)).isEmpty();
        assertThat(board.wants(manifest("a", 1, 0, true))).isFalse();
    }

    @Test
    void shouldTakeSeveralVariantsAtOnceAsFarAsMemoryAllows() throws InterruptedException {
        List.of("a", "b", "c", "d", "e").forEach(id -> offer(id, 1, 0, true));
        offer("on-the-way", 1, 0, false);
        board.settle(Set.of(0));
        assertThat(next(board)).isEqualTo(List.of("a", "b", "c"));
    }

    @Test
    void shouldTakeOneVariantHoweverLargeItIs() throws InterruptedException {
        JobBoard small = new JobBoard(List.of(scoring), 1);
        small.own(Set.of(0));
        small.put(Facts.STREAM, Facts.progress(10_000, true, 1, 0));
        small.put(0, "a", manifest("a", 1, 0, true));
        small.put(0, "b", manifest("b", 1, 0, true));
        small.settle(Set.of(0));
        assertThat(next(small)).isEqualTo(List.of("a"));
    }

    @Test
    void shouldDoWhatHasNoResultYetAndTryFailuresOfEarlierOwnersAgain() throws InterruptedException {
        List.of("done", "failed", "missing").forEach(id -> offer(id, 1, 0, true));
        put(result("done", JobResult.DONE));
        put(result("failed", JobResult.FAILED));
        board.settle(Set.of(0));
        assertThat(next(board)).isEqualTo(List.of("failed", "missing"));
        put(result("failed", JobResult.FAILED));
        put(result("missing", JobResult.DONE));
        assertThat(board.next(1)).isEmpty();
    }

    @Test
    void shouldWantNothingMoreOfAVariantThatIsDeletedOrReplayed() throws InterruptedException {
        offer("a", 1, 0, true);
        board.settle(Set.of(0));
        CheckpointManifest old = manifest("a", 1, 0, true);
        WantedVariant wanted = WantedVariant.of(old.spec());
        board.put(0, "a", wanted.replay("earliest"));
        assertThat(board.wants(old)).isFalse();
        assertThat(board.next(1)).isEmpty();

        board.put(0, "a", wanted);
        assertThat(board.wants(old)).isTrue();
        board.put(0, "a", (WantedVariant) null);
        assertThat(board.wants(old)).isFalse();

        board.put(0, "a", wanted);
        board.put(0, "a", (CheckpointManifest) null);
        assertThat(board.wants(old)).isFalse();
    }

    @Test
    void shouldFindTheResultsThatOutlivedTheirVariantOnce() {
        offer("a", 1, 0, true);
        put(result("a", JobResult.DONE));
        put(result("gone", JobResult.DONE));
        assertThat(board.takeLeftOvers()).isEmpty();
        board.settle(Set.of(0));
        assertThat(board.takeLeftOvers())
                .extracting(JobBoard.LeftOver::key)
                .containsExactly(result("gone", JobResult.DONE).key().text());
        assertThat(board.takeLeftOvers()).isEmpty();
        board.put(0, "a", (CheckpointManifest) null);
        assertThat(board.takeLeftOvers()).hasSize(1);
    }

    @Test
    void shouldKeepTheResultsOfAVariantWhoseManifestItCannotRead() {
        board.own(Set.of(0));
        put(result("a", JobResult.DONE));
        board.putUnreadableManifest(0, "a");
        board.settle(Set.of(0));
        assertThat(board.takeLeftOvers()).isEmpty();
        board.put(0, "a", (CheckpointManifest) null);
        assertThat(board.takeLeftOvers()).hasSize(1);
    }

    @Test
    void shouldKeepTheResultsOfAVariantThatIsWantedAgainInWordsThatItCannotRead() {
        offer("a", 1, 0, true);
        board.put(0, "a", (WantedVariant) null);
        put(result("a", JobResult.DONE));
        board.putUnreadableWish(0, "a");
        board.settle(Set.of(0));
        assertThat(board.takeLeftOvers()).isEmpty();
    }

    @Test
    void shouldDoOtherThingsWhileOneIsSetBack() throws InterruptedException {
        JobBoard small = new JobBoard(List.of(scoring), BYTES);
        small.own(Set.of(0));
        small.put(Facts.STREAM, Facts.progress(10_000, true, 1, 0));
        small.put(0, "a", manifest("a", 1, 0, true));
        small.put(0, "b", manifest("b", 1, 0, true));
        small.settle(Set.of(0));
        Ticket first = small.next(1).orElseThrow();
        small.postpone(first, System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        assertThat(next(small)).isEqualTo(List.of("b"));
        small.postpone(first, System.nanoTime());
        assertThat(next(small)).isEqualTo(List.of("a"));
    }

    @Test
    void shouldLetTheJobsTakeTurns() throws InterruptedException {
        JobBoard both = new JobBoard(List.of(scoring, counting), BYTES);
        both.own(Set.of(0));
        both.put(Facts.STREAM, Facts.progress(10_000, true, 1, 0));
        both.put(0, "a", manifest("a", 1, 0, true));
        both.settle(Set.of(0));
        assertThat(both.next(1).orElseThrow().job()).isEqualTo(scoring);
        assertThat(both.next(1).orElseThrow().job()).isEqualTo(counting);
        assertThat(both.next(1).orElseThrow().job()).isEqualTo(scoring);
    }

    @Test
    void shouldRefuseTwoJobsOfOneName() {
        assertThatThrownBy(() -> new JobBoard(List.of(counting, new CountingJob("b", any -> {})), 1))
                .hasMessage("the name of a job must be unique, got two counting");
    }

    private void offer(String id, long step, int generation, boolean last) {
        board.own(Set.of(0));
        board.put(Facts.STREAM, Facts.progress(10_000, true, 1, 0));
        board.put(0, id, manifest(id, step, generation, last));
    }

    private void put(JobResult result) {
        board.put(0, result.key().text(), result);
    }

    private static List<String> next(JobBoard board) throws InterruptedException {
        return board.next(1).orElseThrow().checkpoints().stream()
                .map(manifest -> manifest.spec().id())
                .toList();
    }

    private static JobResult result(String id, String state) {
        CheckpointManifest of = manifest(id, 1, 0, true);
        return new JobResult(
                new JobResult.Key(id, 0, of.tokens(), JobResult.SCORING),
                new JobResult.Checkpoint(of.spec().stream(), of.step(), true, of.sha256()),
                new JobResult.Outcome(state, null, null, null),
                new JobResult.Effort(1, 1, 1));
    }

    private static CheckpointManifest manifest(String id, long step, int generation, boolean last) {
        VariantSpec spec = Facts.topk(id);
        return new CheckpointManifest(
                new CheckpointManifest.Origin(spec, generation, "d"),
                new CheckpointManifest.Position(step, step * 100, 0, 0),
                last,
                new CheckpointManifest.StoredFile("f", BYTES, "s" + step),
                Map.of(),
                null);
    }
}
