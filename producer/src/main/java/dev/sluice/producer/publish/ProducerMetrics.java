package dev.sluice.producer.publish;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The producer's metrics, and the busy seconds that telemetry reports.
 *
 * <pre>
 * sluice_producer_tokens_total 31055.0
 * sluice_producer_stage_seconds_total{stage="forward",} 3.1
 * </pre>
 */
final class ProducerMetrics {
    /** Where the producer's time goes. */
    enum Stage {
        TOKENIZE("tokenize"),
        FORWARD("forward"),
        MIX("mix"),
        ENCODE("encode"),
        SEND("send");

        private final String label;

        Stage(String label) {
            this.label = label;
        }
    }

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Counter tokens;
    private final Counter bytes;
    private final Counter records;
    private final Counter stageSeconds;
    private final Gauge queueRecords;
    private final Gauge lastCommit;
    private final Gauge openStreams;
    private final InstantSource wallClock;
    private final LongSupplier nanoClock;

    ProducerMetrics(CollectorRegistry registry) {
        this(registry, InstantSource.system(), System::nanoTime);
    }

    /** @param nanoClock as {@link System#nanoTime} */
    ProducerMetrics(CollectorRegistry registry, InstantSource wallClock, LongSupplier nanoClock) {
        this.wallClock = wallClock;
        this.nanoClock = nanoClock;
        tokens = Counter.build("sluice_producer_tokens_total", "Rows committed, train and held-out, of all streams.")
                .register(registry);
        bytes = Counter.build("sluice_producer_bytes_total", "Bytes of activation records committed.")
                .register(registry);
        records = Counter.build("sluice_producer_records_total", "Activation records by the end of their transaction.")
                .labelNames("result")
                .register(registry);
        stageSeconds = Counter.build(
                        "sluice_producer_stage_seconds_total",
                        "Busy time by stage: tokenize, forward, mix, encode, send.")
                .labelNames("stage")
                .register(registry);
        queueRecords = Gauge.build("sluice_producer_queue_records", "Records computed and waiting to be sent.")
                .register(registry);
        lastCommit = Gauge.build(
                        "sluice_producer_last_commit_timestamp_seconds", "When a transaction was last committed.")
                .register(registry);
        openStreams = Gauge.build(
                        "sluice_producer_open_streams", "Streams of this process that are known and not complete.")
                .register(registry);
        records.labels("committed");
        records.labels("aborted");
        for (Stage stage : Stage.values()) {
            stageSeconds.labels(stage.label);
        }
    }

    void committed(long committedRows, long committedRecords, long committedBytes) {
        tokens.inc((double) committedRows);
        bytes.inc((double) committedBytes);
        records.labels("committed").inc((double) committedRecords);
        lastCommit.set(wallClock.millis() / MILLIS_PER_SECOND);
    }

    /** The process publishes so many streams that are not complete yet. */
    void opened(long streams) {
        openStreams.set((double) streams);
    }

    /** One of them is complete. */
    void completed() {
        openStreams.dec();
    }

    void aborted(long abortedRecords) {
        records.labels("aborted").inc((double) abortedRecords);
    }

    void queued(long waitingRecords) {
        queueRecords.set((double) waitingRecords);
    }

    /** Runs the work and charges its time to the stage. */
    <T> T timed(Stage stage, Supplier<T> work) {
        long start = nanoClock.getAsLong();
        try {
            return work.get();
        } finally {
            stageSeconds.labels(stage.label).inc((nanoClock.getAsLong() - start) / NANOS_PER_SECOND);
        }
    }

    /** As {@link #timed(Stage, Supplier)}. */
    void timed(Stage stage, Runnable work) {
        timed(stage, () -> {
            work.run();
            return stage;
        });
    }

    /** Busy seconds by stage since the start of the process. */
    Map<String, Double> stageSeconds() {
        Map<String, Double> seconds = new TreeMap<>();
        for (Stage stage : Stage.values()) {
            seconds.put(stage.label, stageSeconds.labels(stage.label).get());
        }
        return seconds;
    }
}
