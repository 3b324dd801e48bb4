package dev.sluice.trainer.metrics;

import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.stream.StreamException;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of each variant that this process owns, from {@link #begin} to {@link #forget}. What is told of another
 * one comes too late and is dropped: its series must not come back.
 */
public final class VariantMetrics {
    private static final String VARIANT = "variant";
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final List<String> STAGES = List.of("learn", "score", "checkpoint");

    private final InstantSource clock;
    private final List<Counter> counters = new ArrayList<>();
    private final List<Gauge> gauges = new ArrayList<>();
    private final Map<String, SilentLatents> owned = new HashMap<>();
    private final Counter tokens;
    private final Counter steps;
    private final Counter stageSeconds;
    private final Map<String, Gauge> losses;
    private final Gauge fvu;
    private final Gauge l0;
    private final Gauge latents;
    private final Gauge deadLatents;
    private final Gauge lagRows;
    private final Gauge retentionMargin;
    private final Counter gaps;
    private final Counter duplicates;
    private final Gauge lastCheckpoint;
    private final Gauge state;

    VariantMetrics(CollectorRegistry registry, Counter stageSeconds, InstantSource clock) {
        this.clock = clock;
        this.stageSeconds = stageSeconds;
        tokens = counter(registry, "tokens_total", "Tokens consumed.");
        steps = counter(registry, "steps_total", "Updates.");
        losses = Map.of(
                "loss", gauge(registry, "loss", "Loss of the last step."),
                "gradient-norm",
                        gauge(registry, "gradient_norm", "Norm of the gradient of the last step, before clipping."),
                "learning-rate", gauge(registry, "learning_rate", "Learning rate of the last step."));
        fvu = gauge(registry, "fvu_ratio", "Fraction of variance unexplained of the last step's batch, class rest.");
        l0 = gauge(registry, "l0_latents", "Active latents per token of the last step's batch, class rest.");
        latents = gauge(registry, "latents", "Size of the dictionary.");
        deadLatents = gauge(
                registry, "dead_latents", "Latents that did not fire for 10 M tokens, or for 200 batches if fewer.");
        lagRows = gauge(registry, "lag_rows", "Rows of the log not yet read in this pass.");
        retentionMargin = gauge(
                registry, "retention_margin_seconds", "Time until the log may delete rows that are still to be read.");
        gaps = counter(registry, "gaps_total", "Places of the log where rows are missing.");
        duplicates = counter(registry, "duplicates_total", "Places of the log where rows come a second time.");
        lastCheckpoint = gauge(registry, "last_checkpoint_timestamp_seconds", "When a checkpoint was last committed.");
        state = Gauge.build("sluice_trainer_state", "1 for the current state, 0 for the others.")
                .labelNames(VARIANT, "state")
                .register(registry);
    }

    private Counter counter(CollectorRegistry registry, String name, String help) {
        Counter counter = Counter.build("sluice_trainer_" + name, help)
                .labelNames(VARIANT)
                .register(registry);
        counters.add(counter);
        return counter;
    }

    private Gauge gauge(CollectorRegistry registry, String name, String help) {
        Gauge gauge =
                Gauge.build("sluice_trainer_" + name, help).labelNames(VARIANT).register(registry);
        gauges.add(gauge);
        return gauge;
    }

    /** The process has taken the variant, or begins another stretch of it: counters go on, the rest begins anew. */
    public synchronized void begin(String variant) {
        gauges.forEach(gauge -> gauge.remove(variant));
        owned.put(variant, new SilentLatents(0));
        counters.forEach(counter -> counter.labels(variant));
        STAGES.forEach(stage -> stageSeconds.labels(variant, stage));
    }

    /** The process no longer owns the variant, or it is deleted. */
    public synchronized void forget(String variant) {
        owned.remove(variant);
        counters.forEach(counter -> counter.remove(variant));
        gauges.forEach(gauge -> gauge.remove(variant));
        STAGES.forEach(stage -> stageSeconds.remove(variant, stage));
        for (VariantPhase phase : VariantPhase.values()) {
            state.remove(variant, phase.wireName());
        }
    }

    synchronized void stepped(String variant, LearnedStep step) {
        if (!owned.containsKey(variant)) {
            return;
        }
        stageSeconds.labels(variant, "learn").inc(step.learnSeconds());
        stageSeconds.labels(variant, "score").inc(step.scoreSeconds());
        steps.labels(variant).inc();
        Measurement first = step.measurements().get(0);
        tokens.labels(variant).inc((double) first.batchTokens());
        first.losses().forEach((name, value) -> {
            Gauge gauge = losses.get(name);
            if (gauge != null) {
                gauge.labels(variant).set(value);
            }
        });
        fired(variant, first);
        ClassSums rest = first.statistics().rest();
        if (rest.rows() > 0) {
            l0.labels(variant).set((double) rest.active() / rest.rows());
            rest.fvu().ifPresentOrElse(fvu.labels(variant)::set, () -> fvu.remove(variant));
        }
    }

    private void fired(String variant, Measurement first) {
        SilentLatents silent = owned.get(variant);
        if (silent == null || silent.size() != first.latents()) {
            silent = new SilentLatents(first.latents());
            owned.put(variant, silent);
        }
        silent.count(first.statistics().fired(), first.batchTokens());
        deadLatents.labels(variant).set((double) silent.dead(first.batchTokens()));
    }

    synchronized void checkpointed(String variant, double seconds, long atMillis) {
        if (owned.containsKey(variant)) {
            stageSeconds.labels(variant, "checkpoint").inc(seconds);
            lastCheckpoint.labels(variant).set(atMillis / MILLIS_PER_SECOND);
        }
    }

    public synchronized void violated(String variant, StreamException.Gap gap) {
        if (owned.containsKey(variant)) {
            (gap.isRepeated() ? duplicates : gaps).labels(variant).inc();
        }
    }

    /** @param untilMillis when the log may delete rows that the variant still needs, infinite if it never does */
    public synchronized void kept(String variant, double untilMillis) {
        if (owned.containsKey(variant)) {
            Gauge.Child margin = new Gauge.Child() {
                @Override
                public double get() {
                    return (untilMillis - clock.millis()) / MILLIS_PER_SECOND;
                }
            };
            retentionMargin.setChild(margin, variant);
        }
    }

    synchronized void status(VariantStatus status) {
        if (owned.containsKey(status.variant())) {
            latents.labels(status.variant()).set((double) status.latents());
            lagRows.labels(status.variant()).set((double) status.lagRows());
            for (VariantPhase phase : VariantPhase.values()) {
                state.labels(status.variant(), phase.wireName()).set(phase == status.state() ? 1 : 0);
            }
        }
    }
}
