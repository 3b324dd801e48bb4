package dev.sluice.trainer.metrics;

import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.stream.ReaderListener;
import dev.sluice.trainer.stream.StreamException;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.time.InstantSource;
import java.util.List;

/**
 * The trainer's part of {@code /metrics}.
 *
 * <pre>
 * sluice_trainer_tokens_total{variant="topk-1024-k16",} 59392.0
 * sluice_trainer_state{variant="topk-1024-k16",state="training",} 1.0
 * </pre>
 */
public final class TrainerMetrics implements ReaderListener {
    /** Stands for what all variants share. */
    private static final String ALL = "all";

    private static final List<String> RESULTS = List.of("ok", "failed", "rejected");

    private final VariantMetrics variants;
    private final Counter stageSeconds;
    private final Histogram stepSeconds;
    private final Counter polls;
    private final Counter records;
    private final Counter checkpoints;
    private final Histogram checkpointSeconds;
    private final Counter fenced;

    public TrainerMetrics(CollectorRegistry registry) {
        this(registry, InstantSource.system());
    }

    public TrainerMetrics(CollectorRegistry registry, InstantSource clock) {
        stageSeconds = Counter.build(
                        "sluice_trainer_stage_seconds_total",
                        "Busy time by stage: learn, score, checkpoint; poll, decode for variant all, which they share.")
                .labelNames("variant", "stage")
                .register(registry);
        variants = new VariantMetrics(registry, stageSeconds, clock);
        stepSeconds = Histogram.build("sluice_trainer_step_seconds", "Time to learn and measure one batch.")
                .buckets(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
                .register(registry);
        polls = Counter.build("sluice_trainer_polls_total", "Polls of the broker that returned records.")
                .register(registry);
        records = Counter.build("sluice_trainer_records_total", "Activation records, accepted or rejected.")
                .labelNames("result", "reason")
                .register(registry);
        checkpoints = Counter.build("sluice_trainer_checkpoints_total", "Checkpoints: ok, failed, rejected.")
                .labelNames("result")
                .register(registry);
        checkpointSeconds = Histogram.build(
                        "sluice_trainer_checkpoint_seconds", "Time to write and commit a checkpoint.")
                .buckets(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
                .register(registry);
        fenced = Counter.build("sluice_trainer_fenced_total", "Variants lost to another owner while still trained.")
                .register(registry);
        initialise();
    }

    private void initialise() {
        stageSeconds.labels(ALL, "poll");
        stageSeconds.labels(ALL, "decode");
        records.labels("accepted", "");
        records.labels("rejected", "foreign");
        records.labels("rejected", "rows-lost");
        RESULTS.forEach(checkpoints::labels);
    }

    /** Of the variants that this process owns. */
    public VariantMetrics variants() {
        return variants;
    }

    @Override
    public void polled(int count, double seconds) {
        polls.inc();
        stageSeconds.labels(ALL, "poll").inc(seconds);
    }

    @Override
    public void decoded(double seconds) {
        records.labels("accepted", "").inc();
        stageSeconds.labels(ALL, "decode").inc(seconds);
    }

    /** A record ended the reading; a gap is no fault of the record that shows it. */
    public void rejected(StreamException problem) {
        if (problem instanceof StreamException.Foreign) {
            records.labels("rejected", "foreign").inc();
        } else if (problem instanceof StreamException.RowsLost) {
            records.labels("rejected", "rows-lost").inc();
        }
    }

    public void stepped(String variant, LearnedStep step) {
        stepSeconds.observe(step.learnSeconds() + step.scoreSeconds());
        variants.stepped(variant, step);
    }

    public void checkpointed(String variant, double seconds, long atMillis) {
        checkpoints.labels("ok").inc();
        checkpointSeconds.observe(seconds);
        variants.checkpointed(variant, seconds, atMillis);
    }

    public void checkpointFailed() {
        checkpoints.labels("failed").inc();
    }

    public void checkpointRejected() {
        checkpoints.labels("rejected").inc();
    }

    /** Another process has taken the variant. */
    public void fenced(String variant) {
        fenced.inc();
        variants.forget(variant);
    }

    public void status(VariantStatus status) {
        variants.status(status);
    }
}
