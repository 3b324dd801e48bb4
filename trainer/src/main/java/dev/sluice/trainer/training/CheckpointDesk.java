package dev.sluice.trainer.training;

import dev.sluice.trainer.checkpoint.CapturedState;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.FencedException;
import dev.sluice.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes and commits checkpoints, one after another, beside the computation. */
final class CheckpointDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointDesk.class);
    private static final long RETRY_SECONDS = 2;
    private static final double NANOS_PER_SECOND = 1e9;

    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "sluice-checkpoint"));
    private final MeasurementLog measurements;
    private final TrainerMetrics metrics;
    private volatile boolean hurrying;

    CheckpointDesk(MeasurementLog measurements, TrainerMetrics metrics) {
        this.measurements = measurements;
        this.metrics = metrics;
    }

    /** A variant's state, which stands still until it is committed, and where it was. */
    record Captured(CheckpointHeader header, CapturedState state) {}

    /** Where a checkpoint stands among those of a variant. An intermediate one may fail: the next mark brings another. */
    enum Rank {
        FIRST,
        INTERMEDIATE,
        LAST
    }

    /**
     * Commits a checkpoint. The first and the last one are tried until they succeed or the variant is to leave.
     *
     * @return true if it was committed
     */
    CompletableFuture<Boolean> commit(VariantRun run, Captured captured, Rank rank) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        executor.execute(() -> attempt(run, captured, rank, result));
        return result;
    }

    private void attempt(VariantRun run, Captured captured, Rank rank, CompletableFuture<Boolean> result) {
        if (run.isDropped()) {
            result.complete(false);
            return;
        }
        try {
            long begin = System.nanoTime();
            run.checkpoints().commit(captured.header(), captured.state(), rank == Rank.LAST, measurements::flush);
            long now = System.currentTimeMillis();
            run.checkpointed(captured.header().tokens(), now);
            metrics.checkpointed(run.id(), (System.nanoTime() - begin) / NANOS_PER_SECOND, now);
            result.complete(true);
        } catch (FencedException e) {
            LOG.warn("{}: dropped without writing", e.getMessage());
            run.drop();
            metrics.fenced(run.id());
            result.complete(false);
        } catch (IOException | KafkaException e) {
            metrics.checkpointFailed();
            LOG.warn(
                    "checkpoint of {} at {} tokens failed",
                    run.id(),
                    captured.header().tokens(),
                    e);
            if (rank != Rank.INTERMEDIATE && !hurrying && !run.isLeaving()) {
                CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, executor)
                        .execute(() -> attempt(run, captured, rank, result));
            } else {
                result.complete(false);
            }
        } catch (RuntimeException | Error e) { // whoever waits must hear of it
            result.completeExceptionally(e);
        }
    }

    /** From now on nothing is tried twice. */
    void hurry() {
        hurrying = true;
    }

    void close(Duration within) throws InterruptedException {
        hurry();
        executor.shutdown();
        if (!executor.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS)) {
            executor.shutdownNow();
        }
    }
}
