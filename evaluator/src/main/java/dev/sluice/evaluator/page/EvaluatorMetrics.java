package dev.sluice.evaluator.page;

import dev.sluice.evaluator.contract.RollingMetrics;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The evaluator's metrics for Prometheus, over class rest; {@code variant} is the name of the series.
 *
 * <pre>
 * sluice_eval_fvu_ratio{stream="sample-...",variant="topk-1024-k16",split="heldout",} 0.11
 * </pre>
 */
public final class EvaluatorMetrics extends Collector {
    private static final List<String> LABELS = List.of("stream", "variant", "split");
    private static final double MILLIS_PER_SECOND = 1000;

    private final LiveView view;
    private final Counter rejected = Counter.build(
                    "sluice_eval_records_rejected_total", "Records that could not be counted or shown, by reason.")
            .labelNames("reason")
            .create();

    public EvaluatorMetrics(LiveView view) {
        this.view = view;
        rejected.labels("format");
        rejected.labels("measurement");
    }

    public EvaluatorMetrics addTo(CollectorRegistry registry) {
        registry.register(this);
        registry.register(rejected);
        return this;
    }

    /** Counts one rejected record. */
    public void reject(String reason) {
        rejected.labels(reason).inc();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily mse = family("sluice_eval_mse", "Squared error per element over the newest window.");
        GaugeMetricFamily fvu = family("sluice_eval_fvu_ratio", "Fraction of variance unexplained, newest window.");
        GaugeMetricFamily l0 = family("sluice_eval_l0_latents", "Active latents per token over the newest window.");
        GaugeMetricFamily tokens = family("sluice_eval_window_tokens", "Rows in the newest window.");
        GaugeMetricFamily time =
                family("sluice_eval_last_window_timestamp_seconds", "When the newest window was measured.");
        GaugeMetricFamily dead = new GaugeMetricFamily(
                "sluice_eval_dead_ratio",
                "Latents silent over so many tokens of training.",
                List.of("stream", "variant", "window"));
        for (SeriesView series : view.allSeries()) {
            for (RollingMetrics window : windows(series)) {
                List<String> labels = List.of(window.stream(), window.series(), window.split());
                Double ratio = window.rest().fvu();
                if (ratio != null) {
                    fvu.addMetric(labels, ratio);
                }
                mse.addMetric(labels, window.rest().mse());
                l0.addMetric(labels, window.rest().l0());
                tokens.addMetric(labels, (double) window.rest().rows());
                time.addMetric(labels, window.atMillis() / MILLIS_PER_SECOND);
            }
            addDead(dead, series.closedWindow());
        }
        return List.of(mse, fvu, l0, dead, tokens, time);
    }

    private static GaugeMetricFamily family(String name, String help) {
        return new GaugeMetricFamily(name, help, LABELS);
    }

    private static List<RollingMetrics> windows(SeriesView series) {
        return Stream.of(series.window(), series.newestHeldOut())
                .filter(Objects::nonNull)
                .toList();
    }

    private static void addDead(GaugeMetricFamily dead, @Nullable RollingMetrics window) {
        Double ratio = window == null ? null : window.deadFractionLong();
        if (window != null && ratio != null) {
            dead.addMetric(List.of(window.stream(), window.series(), Long.toString(window.deadWindowTokens())), ratio);
        }
    }
}
