package dev.sluice.evaluator.job;

import ai.djl.ndarray.NDManager;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.dictionary.Batch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ticket being done. What goes wrong with one checkpoint is that checkpoint's failure; the others go on. Torch is
 * called on the compute thread only.
 */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final Workplace place;
    private final Ticket ticket;
    private final OpenDictionaries dictionaries;
    private final Set<CheckpointManifest> pending;
    private final long startNanos = System.nanoTime();
    private long rows;

    JobRun(Workplace place, Ticket ticket) {
        this.place = place;
        this.ticket = ticket;
        this.dictionaries = new OpenDictionaries(place.store(), place.manager(), place.compute());
        this.pending = new LinkedHashSet<>(ticket.checkpoints());
    }

    /** Returns when each of the checkpoints has a result, or needs none any more. */
    void perform() throws InterruptedException {
        pending.forEach(each -> place.listener().began(ticket.job().name()));
        try {
            if (isPrepared()) {
                compute(open());
            }
        } finally {
            pending.forEach(each -> place.listener().cancelled(ticket.job().name()));
            dictionaries.close();
        }
    }

    private boolean isPrepared() throws InterruptedException {
        try {
            place.await(() -> ticket.job().prepare(ticket.stream()));
            return true;
        } catch (JobException e) {
            for (CheckpointManifest each : ticket.checkpoints()) {
                fail(each, e);
            }
            return false;
        }
    }

    private List<FrozenVariant> open() throws InterruptedException {
        List<FrozenVariant> opened = new ArrayList<>();
        for (CheckpointManifest checkpoint : ticket.checkpoints()) {
            place.tick();
            try {
                opened.add(dictionaries.open(checkpoint, ticket.stream()));
            } catch (CheckpointException e) {
                // Its owner deletes a checkpoint once there are newer ones, or when the variant is deleted.
                if (place.isStillNewest(checkpoint)) {
                    fail(checkpoint, e);
                }
            } catch (RuntimeException e) {
                fail(checkpoint, e);
            }
        }
        return opened;
    }

    /** All at once; if that fails, each alone, to find whose fault it is. */
    private void compute(List<FrozenVariant> variants) throws InterruptedException {
        if (variants.isEmpty()) {
            return;
        }
        try {
            pass(variants);
        } catch (JobException e) {
            if (variants.size() == 1) {
                fail(variants.get(0).manifest(), e);
                return;
            }
            LOG.info(
                    "{} of {} variants at once failed: now each alone",
                    ticket.job().name(),
                    variants.size(),
                    e);
            for (FrozenVariant each : variants) {
                if (pending.contains(each.manifest())) {
                    compute(List.of(each));
                }
            }
        } catch (ContractException e) { // of the rows
            for (FrozenVariant each : variants) {
                fail(each.manifest(), e);
            }
        }
    }

    private void pass(List<FrozenVariant> variants) throws InterruptedException {
        rows = 0;
        Computation computation = place.compute().await(() -> ticket.job().begin(variants));
        try {
            if (computation.needsTrainingRows()) {
                readTrainingRows(computation);
            }
            place.rows()
                    .of(ticket.stream(), ticket.need().split())
                    .forEachBatch(ticket.range(), ticket.need().shape(), batch -> {
                        add(batch, device -> computation.steps(batch, device));
                        rows += batch.rows();
                    });
            for (FrozenVariant each : variants) {
                if (pending.contains(each.manifest())) {
                    Findings findings = place.compute().await(() -> computation.findings(each));
                    finish(each.manifest(), findings);
                }
            }
        } catch (CancelledException e) {
            LOG.info("{} is cancelled: {}", ticket.job().name(), e.getMessage());
        } finally {
            close(computation);
        }
    }

    /** What was found stands, whatever becomes of the memory. */
    private void close(Computation computation) throws InterruptedException {
        try {
            place.compute().run(computation::close);
        } catch (JobException e) {
            LOG.warn("{} did not give its memory back", ticket.job().name(), e);
        }
    }

    private void readTrainingRows(Computation computation) throws InterruptedException {
        RowNeed need = ticket.job().trainingRows().orElseThrow();
        RowNeed.Range range = place.board()
                .range(ticket.stream().id(), need)
                .orElseThrow(() -> new CancelledException("its stream is gone"));
        place.rows()
                .of(ticket.stream(), need.split())
                .forEachBatch(
                        range, need.shape(), batch -> add(batch, device -> computation.trainingSteps(batch, device)));
    }

    private void add(RowBatch batch, Function<Batch, List<Runnable>> steps) throws InterruptedException {
        NDManager memory = place.compute().await(place.manager()::newSubManager);
        try {
            Batch device = place.compute().await(() -> batch.toDevice(memory));
            for (Runnable step : place.compute().await(() -> steps.apply(device))) {
                requireWanted();
                place.compute().run(step);
                place.tick();
            }
        } finally {
            place.compute().run(memory::close);
        }
    }

    private void requireWanted() {
        if (ticket.checkpoints().stream().noneMatch(place.board()::wants)) {
            throw new CancelledException("its variants are gone, began anew, or are others' to do");
        }
    }

    private void finish(CheckpointManifest checkpoint, Findings findings) throws InterruptedException {
        String file = null;
        try {
            Findings.LargeFile large = findings.file();
            file = large == null ? null : place.files().write(checkpoint, ticket.key(checkpoint), large);
        } catch (IOException | RuntimeException e) {
            fail(checkpoint, e);
            return;
        }
        String missing = findings.missing();
        JobResult.Outcome outcome = missing == null
                ? new JobResult.Outcome(JobResult.DONE, null, findings.figures(), file)
                : JobResult.Outcome.skipped(missing);
        try {
            publish(checkpoint, outcome, findings);
        } catch (RecordTooLargeException e) { // no later attempt would fare better
            deleteUnused(file);
            fail(checkpoint, e);
        }
    }

    private void fail(CheckpointManifest checkpoint, Exception cause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("told to stop: what failed may be a part of that");
        }
        LOG.warn(
                "{} of {} after step {} failed",
                ticket.job().name(),
                checkpoint.spec().id(),
                checkpoint.step(),
                cause);
        String message = cause.getMessage();
        String reason = message == null ? cause.getClass().getSimpleName() : message;
        publish(checkpoint, JobResult.Outcome.failed(reason), Findings.measured(List.of()));
    }

    private void publish(CheckpointManifest checkpoint, JobResult.Outcome outcome, Findings findings)
            throws InterruptedException {
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        JobResult.Effort effort = new JobResult.Effort(rows, seconds, System.currentTimeMillis());
        JobResult result = ticket.result(checkpoint, outcome, effort);
        if (place.log().publish(checkpoint, result, findings.measurements())) {
            pending.remove(checkpoint);
            place.listener().ended(result);
        } else {
            deleteUnused(outcome.file());
        }
    }

    private void deleteUnused(@Nullable String file) {
        if (file != null) {
            try {
                place.files().delete(file);
            } catch (IOException e) {
                LOG.warn("{} is not needed, and still there", file, e);
            }
        }
    }

    /** Nobody needs the result any more. */
    private static final class CancelledException extends RuntimeException {
        CancelledException(String why) {
            super(why);
        }
    }
}
