package dev.sluice.trainer.control;

import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.stream.ReaderListener;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.List;
import java.util.Map;

/** The trainer's part of {@code /metrics}: names and labels of the operations guide. */
final class TrainerMetrics implements ReaderListener {
    private static final String VARIANT = "variant";
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Counter tokens;
    private final Counter steps;
    private final Counter stageSeconds;
    private final Histogram stepSeconds;
    private final Map<String, Gauge> losses;
    private final Gauge fvu;
    private final Gauge l0;
    private final Gauge latents;
    private final Gauge lagRows;
    private final Counter polls;
    private final Counter records;
    private final Counter gaps;
    private final Counter checkpoints;
    private final Histogram checkpointSeconds;
    private final Gauge lastCheckpoint;
    private final Counter fenced;
    private final Gauge state;

    TrainerMetrics(CollectorRegistry registry) {
        tokens = counter("tokens_total", "tokens consumed", VARIANT).register(registry);
        steps = counter("steps_total", "updates", VARIANT).register(registry);
        stageSeconds = counter(
                        "stage_seconds_total",
                        "busy seconds by stage; variant all for what they share",
                        VARIANT,
                        "stage")
                .register(registry);
        stepSeconds = Histogram.build("sluice_trainer_step_seconds", "learning and measuring one batch")
                .buckets(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
                .register(registry);
        losses = Map.of(
                "loss", gauge("loss", "of the last step", VARIANT).register(registry),
                "gradient-norm",
                        gauge("gradient_norm", "before clipping, of the last step", VARIANT)
                                .register(registry),
                "learning-rate",
                        gauge("learning_rate", "of the last step", VARIANT).register(registry));
        fvu = gauge("fvu_ratio", "fraction of variance unexplained in the last step's batch, class rest", VARIANT)
                .register(registry);
        l0 = gauge("l0_latents", "active latents a token in the last step's batch, class rest", VARIANT)
                .register(registry);
        latents = gauge("latents", "size of the dictionary", VARIANT).register(registry);
        lagRows = gauge("lag_rows", "rows of the log not yet read in this pass", VARIANT)
                .register(registry);
        polls = counter("polls_total", "polls of the broker that returned records")
                .register(registry);
        records = counter("records_total", "activation records", "result", "reason")
                .register(registry);
        records.labels("accepted", "").inc(0);
        gaps = counter("gaps_total", "rows missing or repeated in the log", VARIANT)
                .register(registry);
        checkpoints = counter("checkpoints_total", "checkpoints", "result").register(registry);
        for (String result : new String[] {"ok", "failed", "rejected"}) {
            checkpoints.labels(result).inc(0);
        }
        checkpointSeconds = Histogram.build("sluice_trainer_checkpoint_seconds", "writing and committing")
                .buckets(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
                .register(registry);
        lastCheckpoint = gauge("last_checkpoint_timestamp_seconds", "last committed checkpoint", VARIANT)
                .register(registry);
        fenced = counter("fenced_total", "variants lost to another owner").register(registry);
        state = gauge("state", "1 for the current state", VARIANT, "state").register(registry);
    }

    private static Counter.Builder counter(String name, String help, String... labels) {
        return Counter.build("sluice_trainer_" + name, help).labelNames(labels);
    }

    private static Gauge.Builder gauge(String name, String help, String... labels) {
        return Gauge.build("sluice_trainer_" + name, help).labelNames(labels);
    }

    @Override
    public void polled(int count, double seconds) {
        polls.inc();
        stageSeconds.labels("all", "poll").inc(seconds);
    }

    @Override
    public void decoded(double seconds) {
        records.labels("accepted", "").inc();
        stageSeconds.labels("all", "decode").inc(seconds);
    }

    void recordRejected(String reason) {
        records.labels("rejected", reason).inc();
    }

    void gap(String variant) {
        gaps.labels(variant).inc();
    }

    void stepped(String variant, VariantTraining.Step step) {
        double seconds = step.learnSeconds() + step.scoreSeconds();
        stageSeconds.labels(variant, "learn").inc(step.learnSeconds());
        stageSeconds.labels(variant, "score").inc(step.scoreSeconds());
        stepSeconds.observe(seconds);
        steps.labels(variant).inc();
        Measurement first = step.measurements().get(0);
        tokens.labels(variant).inc((double) first.batchTokens());
        first.losses().forEach((name, value) -> {
            Gauge gauge = losses.get(name);
            if (gauge != null) {
                gauge.labels(variant).set(value);
            }
        });
        ClassSums rest = first.statistics().rest();
        if (rest.rows() > 0) {
            l0.labels(variant).set((double) rest.active() / rest.rows());
            // FVU = SSE / (Σ ‖x‖² - ‖Σ x‖² / n), dictionary-maths 3.
            fvu.labels(variant)
                    .set(rest.squaredError() / (rest.squaredNorm() - rest.sum().squaredNorm() / rest.rows()));
        }
    }

    void checkpointed(String variant, double seconds, long atMillis) {
        checkpoints.labels("ok").inc();
        checkpointSeconds.observe(seconds);
        stageSeconds.labels(variant, "checkpoint").inc(seconds);
        lastCheckpoint.labels(variant).set(atMillis / MILLIS_PER_SECOND);
    }

    void checkpointFailed() {
        checkpoints.labels("failed").inc();
    }

    void checkpointRejected() {
        checkpoints.labels("rejected").inc();
    }

    void fenced() {
        fenced.inc();
    }

    void status(VariantStatus status) {
        latents.labels(status.variant()).set((double) status.latents());
        lagRows.labels(status.variant()).set((double) status.lagRows());
        for (String label : VariantState.labels()) {
            state.labels(status.variant(), label).set(label.equals(status.state()) ? 1 : 0);
        }
    }

    /** The variant is no longer this process's, nor are its series. */
    void forget(String variant) {
        tokens.remove(variant);
        steps.remove(variant);
        gaps.remove(variant);
        List.of("learn", "score", "checkpoint").forEach(stage -> stageSeconds.remove(variant, stage));
        losses.values().forEach(gauge -> gauge.remove(variant));
        List.of(fvu, l0, latents, lagRows, lastCheckpoint).forEach(gauge -> gauge.remove(variant));
        VariantState.labels().forEach(label -> state.remove(variant, label));
    }
}
