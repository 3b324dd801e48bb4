package dev.sluice.trainer.training;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.metrics.LearnedStep;
import dev.sluice.trainer.stream.RowBatch;
import dev.sluice.trainer.stream.StreamPosition;
import dev.sluice.trainer.training.CheckpointDesk.Rank;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One variant while a cohort trains it. The cohort's thread submits, in order: steps and captures are tasks of the
 * variant's lane, their results go on through the one publishing thread. It may change its cohort between two batches.
 */
final class CohortMember {
    /** Shares of the compute thread: a variant that is behind gets more, so that the gap shrinks. */
    private static final double SHARE = 1;

    private static final double CATCHING_UP_SHARE = 2;

    private final Workbench workbench;
    private final VariantRun run;
    private final VariantTraining training;
    private final CheckpointMarks marks;
    private final long startRow;
    private volatile StreamPosition next;
    private volatile long submitted;
    private volatile boolean finishing;
    private CompletableFuture<Boolean> checkpointing = CompletableFuture.completedFuture(true);

    CohortMember(Workbench workbench, VariantRun run, VariantTraining training) {
        this.workbench = workbench;
        this.run = run;
        this.training = training;
        this.marks = new CheckpointMarks(run.spec());
        CheckpointHeader at = training.header();
        this.startRow = at.startRow();
        this.next = position(at.epoch(), at.row(), at.tokens());
        this.submitted = at.tokens();
    }

    /** Own tokens count from the start row, the stream's from row 0. */
    private StreamPosition position(int epoch, long row, long ownTokens) {
        return new StreamPosition(epoch, row, ownTokens + (epoch + 1) * startRow);
    }

    VariantRun run() {
        return run;
    }

    /** Where the next batch begins in the stream. */
    StreamPosition next() {
        return next;
    }

    /** The row that the next batch begins with. */
    long nextRow(StreamProgress progress) {
        return progress.complete() && next.row() >= progress.rows() ? startRow : next.row();
    }

    /** Own tokens submitted so far. */
    long tokens() {
        return submitted;
    }

    /** First row of every pass. */
    long startRow() {
        return startRow;
    }

    int batchTokens() {
        return run.spec().training().batchTokens();
    }

    int epochs() {
        return run.spec().training().epochs();
    }

    /** True while further batches may be submitted. */
    boolean isTraining() {
        return !finishing && run.isAlive() && !run.isLeaving();
    }

    boolean wants(RowBatch batch) {
        return isTraining() && submitted == batch.firstToken();
    }

    /**
     * Announces that training begins.
     *
     * @param behind a cohort that is ahead
     */
    void begin(boolean behind) {
        if (run.become(VariantPhase.WAITING, behind ? VariantPhase.CATCHING_UP : VariantPhase.TRAINING)) {
            run.lane().weight(behind ? CATCHING_UP_SHARE : SHARE);
            workbench.outputs().statuses().publish(run);
        }
    }

    /** It is with the others now, or there are none ahead any more. */
    void arrive() {
        if (run.become(VariantPhase.CATCHING_UP, VariantPhase.TRAINING)) {
            run.lane().weight(SHARE);
            workbench.outputs().statuses().publish(run);
        }
    }

    /**
     * Submits the next batch, and a checkpoint behind it if a mark lies in it.
     *
     * @return completes when its measurements are published
     */
    CompletableFuture<?> submit(RowBatch rows, DeviceBatch batch, StreamProgress progress) {
        long before = submitted;
        submitted = before + rows.rows();
        next = position(rows.epoch(), rows.endRow(), submitted);
        boolean last = progress.complete() && isLast(rows, progress.rows());
        CompletableFuture<?> published = run.lane()
                .submitAfter(checkpointing, () -> step(batch, last))
                .thenAcceptAsync(this::publish, workbench.outputs().publishing())
                .whenComplete((done, problem) -> report(problem));
        if (marks.crossed(before, submitted)) {
            checkpoint(Rank.INTERMEDIATE);
        }
        return published;
    }

    /** True if no batch of the same split follows: of the first pass, or of all passes. */
    private boolean isLast(RowBatch rows, long streamRows) {
        boolean lastOfFirstPass = rows.isPrequential() && submitted + batchTokens() > streamRows - startRow;
        return lastOfFirstPass || submitted == run.target(streamRows);
    }

    private @Nullable LearnedStep step(DeviceBatch batch, boolean last) {
        try {
            if (!run.isAlive()) {
                return null;
            }
            LearnedStep step = training.learn(batch, last);
            run.moved(step.header());
            return step;
        } catch (RuntimeException e) {
            fail(e.getMessage() == null ? e.toString() : e.getMessage());
            return null;
        } finally {
            batch.letGo();
        }
    }

    private void publish(@Nullable LearnedStep step) {
        if (step != null && !run.isDropped() && workbench.lease().isHeld()) {
            step.measurements().forEach(workbench.outputs().measurements()::publish);
            workbench.metrics().stepped(run.id(), step);
        }
    }

    private void report(@Nullable Throwable problem) {
        if (problem != null) {
            workbench.fatal().accept(problem);
        }
    }

    /** The variant is to blame: it stops for good, the others go on. */
    void fail(String reason) {
        run.become(VariantState.failed(reason));
        workbench.outputs().statuses().publish(run);
    }

    /**
     * Submits a checkpoint of the state behind what was submitted so far. The variant stands still until it is committed,
     * so that the state need not be copied; the others go on as far as their cohort lets them.
     */
    private void checkpoint(Rank rank) {
        checkpointing = run.lane()
                .submitAfter(checkpointing, () -> capture(rank))
                .thenComposeAsync(
                        captured -> captured == null
                                ? CompletableFuture.completedFuture(false)
                                : workbench.outputs().checkpoints().commit(run, captured, rank),
                        workbench.outputs().publishing())
                .whenComplete((done, problem) -> report(problem));
    }

    private CheckpointDesk.@Nullable Captured capture(Rank rank) {
        boolean committed = training.header().tokens() == run.checkpointTokens();
        if (!run.isAlive() || (committed && rank != Rank.LAST)) {
            return null;
        }
        return new CheckpointDesk.Captured(training.header(), training.capture());
    }

    /** If every batch of every pass was submitted, submits the final checkpoint. */
    void finishIfDone(StreamProgress progress) {
        if (!isTraining() || !progress.complete() || submitted < run.target(progress.rows())) {
            return;
        }
        if (startRow > 0 && startRow >= progress.rows()) {
            fail("from must be a row of the stream, which has ended with " + progress.rows() + " rows, got row "
                    + startRow);
            return;
        }
        finishing = true;
        checkpoint(Rank.LAST);
        checkpointing = checkpointing.thenApply(committed -> {
            if (committed) {
                run.become(VariantState.of(VariantPhase.FINISHED));
                workbench.outputs().statuses().publish(run);
            }
            return committed;
        });
    }

    /** Ends its stay, without waiting: behind its last checkpoint the memory is given back. */
    void end() {
        if (run.isAlive() && !finishing && run.isKept()) {
            checkpoint(Rank.INTERMEDIATE);
        }
        var unused = checkpointing
                .exceptionally(problem -> false)
                .thenCompose(any -> run.lane().submit(() -> {
                    training.close();
                    return true;
                }))
                .whenComplete((closed, problem) -> workbench.release(run));
    }
}
