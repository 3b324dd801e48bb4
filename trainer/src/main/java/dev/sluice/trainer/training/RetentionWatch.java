package dev.sluice.trainer.training;

import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.metrics.VariantMetrics;
import dev.sluice.trainer.stream.LogRetention;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks until when the log keeps what each variant still has to read, for the metric: about once a minute, and soon after
 * a variant has changed its state.
 */
final class RetentionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionWatch.class);
    private static final long PERIOD_SECONDS = 60;
    private static final long SOON_SECONDS = 1;

    private final LogRetention retention;
    private final VariantMetrics metrics;
    private final AtomicBoolean soon = new AtomicBoolean();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-retention");
        thread.setDaemon(true);
        return thread;
    });

    RetentionWatch(LogRetention retention, VariantMetrics metrics) {
        this.retention = retention;
        this.metrics = metrics;
    }

    /** @param runs of this process, as they come and go */
    void start(Collection<VariantRun> runs) {
        var unused =
                executor.scheduleWithFixedDelay(() -> look(runs), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** One of the variants has changed its state. */
    void changed(Collection<VariantRun> runs) {
        if (!executor.isShutdown() && soon.compareAndSet(false, true)) {
            var unused = executor.schedule(() -> look(runs), SOON_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void look(Collection<VariantRun> runs) {
        soon.set(false);
        Map<String, List<VariantRun>> byStream = runs.stream()
                .filter(run -> run.isAlive() && run.state().phase() != VariantPhase.WAITING)
                .collect(Collectors.groupingBy(run -> run.spec().stream()));
        byStream.forEach(this::look);
    }

    private void look(String stream, List<VariantRun> runs) {
        try {
            long kept = retention.retentionMillis(stream);
            for (VariantRun run : runs) {
                double until = kept < 0
                        ? Double.POSITIVE_INFINITY
                        : retention.appendedMillis(stream, run.firstRowNeeded()) + (double) kept;
                metrics.kept(run.id(), until);
            }
        } catch (KafkaException e) { // the next look may succeed; until then the last answer holds
            LOG.warn("cannot see how long the rows of {} are kept: {}", stream, e.getMessage());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
