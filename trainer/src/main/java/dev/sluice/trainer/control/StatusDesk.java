package dev.sluice.trainer.control;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.checkpoint.FencedException;
import dev.sluice.trainer.contract.VariantStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the status of every variant, under its fence, about once a second and when asked. */
final class StatusDesk {
    private static final Logger LOG = LoggerFactory.getLogger(StatusDesk.class);
    private static final long PERIOD_MILLIS = 1_000;

    private final Map<String, StreamProgress> progress;
    private final TrainerMetrics metrics;
    private final RetentionWatch retention;
    private final List<VariantRun> runs = new CopyOnWriteArrayList<>();
    private final Map<String, String> endsPublished = new ConcurrentHashMap<>();
    private final ScheduledExecutorService executor =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "sluice-status"));

    /** @param progress of the streams by id, as it grows */
    StatusDesk(Map<String, StreamProgress> progress, TrainerMetrics metrics, RetentionWatch retention) {
        this.progress = progress;
        this.metrics = metrics;
        this.retention = retention;
    }

    void start() {
        retention.start(runs);
        var unused = executor.scheduleWithFixedDelay(
                () -> runs.forEach(this::publishNow), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    void add(VariantRun run) {
        metrics.variants().begin(run.id());
        runs.add(run);
        publish(run);
    }

    /** Something has changed: publishes soon. */
    void publish(VariantRun run) {
        try {
            executor.execute(() -> publishNow(run));
            retention.changed(runs);
        } catch (RejectedExecutionException e) {
            LOG.debug("status of {} not published: stopped", run.id());
        }
    }

    private void publishNow(VariantRun run) {
        if (run.isDropped() || endsPublished.containsKey(run.id())) {
            return;
        }
        VariantStatus status = run.status(progress.get(run.spec().stream()), System.currentTimeMillis());
        try {
            run.owner().commit(Topic.STATUS, Json.write(status));
            metrics.status(status);
            if (status.state().equals("finished") || status.state().equals("failed")) {
                endsPublished.put(run.id(), status.state());
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
        executor.execute(() -> runs.forEach(this::publishNow));
        executor.shutdown();
        if (!executor.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS)) {
            executor.shutdownNow();
        }
    }
}
