package dev.sluice.trainer.control;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.VariantState.Failed;
import dev.sluice.trainer.stream.RowBatch;
import dev.sluice.trainer.stream.StreamPosition;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One variant while its cohort trains it. The cohort's thread submits, in order: steps and captures are tasks of the
 * variant's lane, their results go on through the one publishing thread.
 */
final class CohortMember {
    private final Workbench workbench;
    private final VariantRun run;
    private final VariantTraining training;
    private final CheckpointMarks marks;
    private final StreamPosition start;
    private final long front;
    private long submitted;
    private boolean finishing;
    private CompletableFuture<Boolean> checkpointing = CompletableFuture.completedFuture(true);

    /** @param front tokens at which the variant is with the rest of its cohort */
    CohortMember(Workbench workbench, VariantRun run, VariantTraining training, long front) {
        this.workbench = workbench;
        this.run = run;
        this.training = training;
        this.marks = new CheckpointMarks(run.spec());
        this.front = front;
        CheckpointHeader at = training.header();
        this.start = new StreamPosition(at.epoch(), at.row(), at.tokens());
        this.submitted = at.tokens();
    }

    VariantRun run() {
        return run;
    }

    StreamPosition start() {
        return start;
    }

    int batchTokens() {
        return run.spec().training().batchTokens();
    }

    int epochs() {
        return run.spec().training().epochs();
    }

    /** True while further batches may be submitted. */
    boolean isTraining() {
        return !finishing && run.isAlive();
    }

    boolean wants(RowBatch batch) {
        return isTraining() && submitted == batch.firstToken();
    }

    /** Announces that training begins. */
    void begin() {
        run.become(submitted < front ? new VariantState.CatchingUp() : new VariantState.Training());
        workbench.statuses().publish(run);
    }

    /**
     * Submits the next batch, and a checkpoint behind it if a mark lies in it.
     *
     * @return completes when its measurements are published
     */
    CompletableFuture<?> submit(RowBatch rows, DeviceBatch batch, StreamProgress progress) {
        long before = submitted;
        submitted += rows.rows();
        boolean last = progress.complete() && isLast(rows, progress.rows());
        CompletableFuture<?> published = run.lane()
                .submit(() -> step(batch, last))
                .thenAcceptAsync(this::publish, workbench.publishing())
                .whenComplete((done, problem) -> report(problem));
        if (marks.crossed(before, submitted)) {
            checkpoint(false);
        }
        return published;
    }

    /** True if no batch of the same split follows: of the first pass, or of all passes. */
    private boolean isLast(RowBatch rows, long streamRows) {
        boolean lastOfFirstPass = rows.isPrequential() && submitted + batchTokens() > streamRows;
        return lastOfFirstPass || submitted == run.target(streamRows);
    }

    private VariantTraining.@Nullable Step step(DeviceBatch batch, boolean last) {
        try {
            if (!run.isAlive()) {
                return null;
            }
            VariantTraining.Step step = training.learn(batch, last);
            run.moved(step.header());
            if (run.state() instanceof VariantState.CatchingUp && step.header().tokens() >= front) {
                run.become(new VariantState.Training());
                workbench.statuses().publish(run);
            }
            return step;
        } catch (RuntimeException e) {
            fail(e.getMessage() == null ? e.toString() : e.getMessage());
            return null;
        } finally {
            batch.letGo();
        }
    }

    private void publish(VariantTraining.@Nullable Step step) {
        if (step != null && !run.isDropped()) {
            step.measurements().forEach(workbench.measurements()::publish);
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
        run.become(new Failed(reason));
        workbench.statuses().publish(run);
    }

    /** Submits a checkpoint of the state behind what was submitted so far, once the one before is written. */
    private void checkpoint(boolean last) {
        CompletableFuture<Boolean> before = checkpointing;
        before.exceptionally(problem -> false).join();
        checkpointing = run.lane()
                .submit(() -> capture(last))
                .thenComposeAsync(
                        captured -> captured == null
                                ? CompletableFuture.completedFuture(false)
                                : workbench.checkpoints().commit(run, captured, last),
                        workbench.publishing())
                .whenComplete((done, problem) -> report(problem));
    }

    private CheckpointDesk.@Nullable Captured capture(boolean last) {
        boolean committed = training.header().tokens() == run.checkpointTokens();
        if (!run.isAlive() || (committed && !last)) {
            return null;
        }
        return new CheckpointDesk.Captured(training.header(), training.capture());
    }

    /** If every batch of every pass was submitted, submits the final checkpoint. */
    void finishIfDone(StreamProgress progress) {
        if (isTraining() && progress.complete() && submitted >= run.target(progress.rows())) {
            finishing = true;
            checkpoint(true);
            checkpointing = checkpointing.thenApply(committed -> {
                if (committed) {
                    run.become(new VariantState.Finished());
                    workbench.statuses().publish(run);
                }
                return committed;
            });
        }
    }

    /** Submits the checkpoint that the next owner goes on from. */
    void handOver() {
        if (isTraining()) {
            checkpoint(false);
        }
    }

    /** Waits for the last checkpoint, then closes the learner. */
    void close() {
        checkpointing.exceptionally(problem -> false).join();
        if (run.isAlive() && !run.state().isEnd()) {
            run.become(new VariantState.HandingOver());
            workbench.statuses().publish(run);
        }
        run.lane()
                .submit(() -> {
                    training.close();
                    return true;
                })
                .exceptionally(problem -> false)
                .join();
        workbench.settings().compute().remove(run.lane());
    }
}
