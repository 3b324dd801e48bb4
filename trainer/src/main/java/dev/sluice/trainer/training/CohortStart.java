package dev.sluice.trainer.training;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.Health;
import dev.sluice.trainer.checkpoint.CheckpointCommitter.Restored;
import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.Start;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.stream.StartRow;
import dev.sluice.trainer.training.CheckpointDesk.Rank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes or restores the learners of some variants of one stream and seats them in its cohorts; a variant that cannot be
 * trained fails, the others go on.
 */
final class CohortStart implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CohortStart.class);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final Workbench workbench;
    private final StreamCohorts cohorts;
    private final List<VariantRun> runs;
    private final StreamProgress progress;

    CohortStart(Workbench workbench, StreamCohorts cohorts, List<VariantRun> runs, Supplier<StreamProgress> progress) {
        this.workbench = workbench;
        this.cohorts = cohorts;
        this.runs = runs;
        this.progress = progress.get();
    }

    @Override
    public void run() {
        try (Health.Loop loop = workbench
                .settings()
                .host()
                .health()
                .loop("restoring " + progress.spec().id(), SILENCE)) {
            List<CohortMember> members = new ArrayList<>();
            for (VariantRun run : runs) {
                loop.tick();
                Optional<CohortMember> member = run.isAlive() && !run.isLeaving() ? prepare(run) : Optional.empty();
                member.ifPresentOrElse(members::add, () -> workbench.release(run));
            }
            cohorts.seat(members);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            runs.forEach(workbench::release);
            workbench.fatal().accept(e);
        }
    }

    /** Empty if there is nothing to train; the variant's state says why. */
    private Optional<CohortMember> prepare(VariantRun run) throws InterruptedException {
        try {
            Optional<Restored> restored = restored(run);
            if (restored.isPresent() && restored.get().manifest().last()) {
                run.moved(restored.get().state().header());
                end(run, VariantState.of(VariantPhase.FINISHED));
                return Optional.empty();
            }
            CheckpointHeader start = restored.isPresent()
                    ? restored.get().state().header()
                    : VariantTraining.start(run.spec(), run.generation(), progress.spec(), startRow(run));
            VariantTraining training =
                    run.lane().submit(() -> training(run, start, restored)).get();
            if (training == null) {
                return Optional.empty();
            }
            run.moved(training.header());
            run.sized(training.latents(), training.parameters());
            if (restored.isEmpty() && !(run.start() instanceof Start.Earliest)) {
                fix(run, training);
            }
            return Optional.of(new CohortMember(workbench, run, training));
        } catch (CheckpointException | IllegalArgumentException e) {
            end(run, VariantState.failed(String.valueOf(e.getMessage())));
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("variant " + run.id() + " could not be prepared", e.getCause());
        }
    }

    private void end(VariantRun run, VariantState state) {
        run.become(state);
        workbench.outputs().statuses().publish(run);
    }

    /** What a start means may change with the log, so it is asked once only: a restart finds the answer committed. */
    private void fix(VariantRun run, VariantTraining training) throws InterruptedException, ExecutionException {
        CheckpointDesk.Captured captured = run.lane()
                .submit(() -> new CheckpointDesk.Captured(training.header(), training.capture()))
                .get();
        boolean unused = workbench
                .outputs()
                .checkpoints()
                .commit(run, captured, Rank.FIRST)
                .get();
    }

    private long startRow(VariantRun run) {
        if (run.manifest() != null && !(run.start() instanceof Start.Earliest)) {
            throw new IllegalArgumentException(
                    "no checkpoint of " + run.id() + " can be read, and so not what its start meant: replay it, from "
                            + run.wanted().from());
        }
        return StartRow.of(run.start(), progress, workbench.settings().kafka());
    }

    private Optional<Restored> restored(VariantRun run) {
        CheckpointManifest manifest = run.manifest();
        if (manifest == null) {
            return Optional.empty();
        }
        Optional<Restored> restored = run.checkpoints()
                .restore(manifest, run.spec(), progress.spec().digest(), rejected -> {
                    workbench.metrics().checkpointRejected();
                    LOG.warn("{}: {}; going back", run.id(), rejected.getMessage());
                });
        restored.ifPresent(found -> requirePlace(found.state().header()));
        return restored;
    }

    /** A place in a later pass only exists in a complete stream of the length that the checkpoint has seen. */
    private void requirePlace(CheckpointHeader header) {
        long passes = header.tokens() - (header.row() - header.startRow());
        long rows = progress.complete() ? progress.rows() : 0;
        if (passes != (rows - header.startRow()) * header.epoch()) {
            throw new IllegalArgumentException(
                    "checkpoint of " + header.spec().id() + " at row " + header.row() + " of pass "
                            + header.epoch() + " after " + header.tokens() + " tokens does not fit a stream of " + rows
                            + " rows");
        }
    }

    /** Null if the variant cannot be trained; it has failed then. */
    private @Nullable VariantTraining training(VariantRun run, CheckpointHeader start, Optional<Restored> restored) {
        try {
            StreamSpec stream = progress.spec();
            Kind kind = workbench.kinds().apply(run.spec());
            List<Violation> violations = kind.violations(run.spec(), stream.width());
            if (!violations.isEmpty()) {
                throw new IllegalArgumentException(Violation.sentences(violations));
            }
            NDManager manager = workbench.settings().host().torch().manager();
            return restored.isPresent()
                    ? VariantTraining.restore(kind, restored.get().state(), stream, manager)
                    : VariantTraining.create(kind, start, stream, manager);
        } catch (RuntimeException e) {
            end(run, VariantState.failed(e.getMessage() == null ? e.toString() : e.getMessage()));
            return null;
        }
    }
}
