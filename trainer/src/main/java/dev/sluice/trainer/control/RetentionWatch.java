package dev.sluice.trainer.control;

import dev.sluice.trainer.stream.LogRetention;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks about once a minute until when the log keeps what each variant still has to read, for the metric. */
final class RetentionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionWatch.class);
    private static final long PERIOD_SECONDS = 60;
    private static final long FIRST_SECONDS = 2;

    private final LogRetention retention;
    private final VariantMetrics metrics;
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
    void start(List<VariantRun> runs) {
        var unused = executor.scheduleWithFixedDelay(() -> look(runs), FIRST_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void look(List<VariantRun> runs) {
        Map<String, List<VariantRun>> byStream =
                runs.stream().filter(VariantRun::isAlive).collect(Collectors.groupingBy(run -> run.spec().stream()));
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
