package dev.sluice.trainer.training;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.checkpoint.FencedException;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.metrics.TrainerMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the status of every variant, under its fence, about once a second and when asked. */
final class StatusDesk {
    private static final Logger LOG = LoggerFactory.getLogger(StatusDesk.class);
    private static final long PERIOD_MILLIS = 1_000;

    private final Map<String, StreamProgress> progress;
    private final TrainerMetrics metrics;
    private final RetentionWatch retention;
    private final Map<String, VariantRun> runs = new ConcurrentHashMap<>();
    private final Set<VariantRun> ended = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService executor =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "sluice-status"));

    /** @param progress of the streams by id, as it grows */
    StatusDesk(Map<String, StreamProgress> progress, TrainerMetrics metrics, RetentionWatch retention) {
        this.progress = progress;
        this.metrics = metrics;
        this.retention = retention;
    }

    void start() {
        retention.start(runs.values());
        var unused = executor.scheduleWithFixedDelay(
                () -> runs.values().forEach(this::publishNow), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From now on this is what is published of the variant. */
    void put(VariantRun run) {
        metrics.variants().begin(run.id());
        VariantRun before = runs.put(run.id(), run);
        if (before != null) {
            ended.remove(before);
        }
        publish(run);
    }

    /**
     * Publishes nothing more of the variant.
     *
     * @param publish whether its status is published once more
     * @return completes when that is done
     */
    CompletableFuture<@Nullable Void> remove(VariantRun run, boolean publish) {
        return CompletableFuture.runAsync(
                () -> {
                    if (publish) {
                        publishNow(run);
                    }
                    runs.remove(run.id(), run);
                    ended.remove(run);
                },
                executor);
    }

    /** Something has changed: publishes soon. */
    void publish(VariantRun run) {
        try {
            executor.execute(() -> publishNow(run));
            retention.changed(runs.values());
        } catch (RejectedExecutionException e) {
            LOG.debug("status of {} not published: stopped", run.id());
        }
    }

    private void publishNow(VariantRun run) {
        if (run.isDropped() || ended.contains(run) || runs.get(run.id()) != run) {
            return;
        }
        VariantStatus status = run.status(progress.get(run.spec().stream()), System.currentTimeMillis());
        try {
            run.owner().commit(Topic.STATUS, Json.write(status));
            metrics.status(status);
            if (status.state().isOver()) {
                ended.add(run);
            }
        } catch (FencedException e) {
            LOG.warn("{}: dropped without writing", e.getMessage());
            run.drop();
            metrics.fenced(run.id());
        } catch (KafkaException | IllegalStateException e) { // a closed or broken producer
            LOG.warn("status of {} could not be published", run.id(), e);
        }
    }

    /** Publishes what was asked for, and every status once more. */
    void close(Duration within) throws InterruptedException {
        retention.close();
        executor.execute(() -> runs.values().forEach(this::publishNow));
        executor.shutdown();
        if (!executor.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS)) {
            executor.shutdownNow();
        }
    }
}
