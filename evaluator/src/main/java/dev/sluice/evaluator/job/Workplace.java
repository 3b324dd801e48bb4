package dev.sluice.evaluator.job;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.service.Health;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is at hand while a job is done. On the worker's thread. */
final class Workplace implements AutoCloseable {
    private static final Executor LONG_WORK = work -> {
        Thread thread = new Thread(work, "sluice-job-preparation");
        thread.setDaemon(true);
        thread.start();
    };

    private final JobSettings settings;
    private final JobBoard board;
    private final ResultLog log;
    private final JobListener listener;
    private final Health.Loop loop;
    private final Supplier<CompletableFuture<@Nullable Void>> caughtUp;
    private final CheckpointStore store;
    private final ResultFiles files;
    private final ComputeAccess compute;
    private final OpenRows rows;

    /** @param caughtUp asks for everything that is in the topics now to be known */
    Workplace(
            JobSettings settings,
            JobBoard board,
            ResultLog log,
            JobListener listener,
            Health.Loop loop,
            Supplier<CompletableFuture<@Nullable Void>> caughtUp) {
        this.settings = settings;
        this.board = board;
        this.log = log;
        this.listener = listener;
        this.loop = loop;
        this.caughtUp = caughtUp;
        this.store = new CheckpointStore(settings.checkpoints());
        this.files = new ResultFiles(settings.checkpoints());
        this.compute = new ComputeAccess(settings.lane());
        this.rows = new OpenRows(settings.kafka());
    }

    JobBoard board() {
        return board;
    }

    ResultLog log() {
        return log;
    }

    JobListener listener() {
        return listener;
    }

    CheckpointStore store() {
        return store;
    }

    ResultFiles files() {
        return files;
    }

    ComputeAccess compute() {
        return compute;
    }

    OpenRows rows() {
        return rows;
    }

    NDManager manager() {
        return settings.manager();
    }

    /** Tells the probes that the worker lives. */
    void tick() {
        loop.tick();
    }

    /**
     * Waits for work that may take longer than the probes wait for a tick.
     *
     * @throws JobException with what the work threw as its cause
     */
    void await(Runnable work) throws InterruptedException {
        CompletableFuture<@Nullable Void> done = CompletableFuture.runAsync(work, LONG_WORK);
        try {
            while (!isDone(done)) {
                tick();
            }
        } catch (ExecutionException e) {
            throw new JobException(e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * Whether there is no newer checkpoint of the variant, by all that is in the topics now.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException if the topics cannot be read to their ends now
     */
    boolean isStillNewest(CheckpointManifest checkpoint) throws InterruptedException {
        try {
            Future<?> known = caughtUp.get();
            while (!isDone(known)) {
                tick();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "the jobs' topics cannot be read to their ends now", e);
            }
            throw new JobException(e);
        }
        return board.isNewest(checkpoint);
    }

    /** Whether it ends within a second. */
    private static boolean isDone(Future<?> future) throws InterruptedException, ExecutionException {
        try {
            Object unused = future.get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        rows.close();
        loop.close();
    }
}
