package dev.sluice.evaluator.metrics;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.evaluator.view.SeriesView;
import dev.sluice.trainer.contract.FiringDensity;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
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
        Families families = new Families();
        for (SeriesView series : view.allSeries()) {
            RollingMetrics training = series.window();
            if (training != null) {
                families.add(training, series.trainedMillis());
            }
            RollingMetrics heldOut = series.newestHeldOut();
            if (heldOut != null) {
                families.add(heldOut, heldOut.atMillis());
                families.addDensity(heldOut);
            }
            families.addDead(series.closedWindow());
        }
        return families.all();
    }

    /** One scrape. */
    private static final class Families {
        private final GaugeMetricFamily mse =
                family("sluice_eval_mse", "Squared error per element over the newest window.", LABELS);
        private final GaugeMetricFamily fvu =
                family("sluice_eval_fvu_ratio", "Fraction of variance unexplained, newest window.", LABELS);
        private final GaugeMetricFamily l0 =
                family("sluice_eval_l0_latents", "Active latents per token over the newest window.", LABELS);
        private final GaugeMetricFamily tokens =
                family("sluice_eval_window_tokens", "Rows in the newest window.", LABELS);
        private final GaugeMetricFamily time = family(
                "sluice_eval_last_window_timestamp_seconds",
                "When the newest measurement was taken, also of a window that is still open.",
                LABELS);
        private final GaugeMetricFamily dead = family(
                "sluice_eval_dead_ratio",
                "Share of latents silent over so many tokens of training.",
                List.of("stream", "variant", "window"));
        private final GaugeMetricFamily density = family(
                "sluice_eval_density_latents",
                "Latents active on at most the share le of the held-out rows, newest score.",
                List.of("stream", "variant", "le"));

        private static GaugeMetricFamily family(String name, String help, List<String> labels) {
            return new GaugeMetricFamily(name, help, labels);
        }

        void add(RollingMetrics window, long atMillis) {
            List<String> labels = List.of(window.stream(), window.series(), window.split());
            Double ratio = window.rest().fvu();
            if (ratio != null) {
                fvu.addMetric(labels, ratio);
            }
            mse.addMetric(labels, window.rest().mse());
            l0.addMetric(labels, window.rest().l0());
            tokens.addMetric(labels, (double) window.rest().rows());
            time.addMetric(labels, atMillis / MILLIS_PER_SECOND);
        }

        void addDead(@Nullable RollingMetrics window) {
            Double ratio = window == null ? null : window.deadFractionLong();
            if (window != null && ratio != null) {
                String tokensOfWindow = Long.toString(window.deadWindowTokens());
                dead.addMetric(List.of(window.stream(), window.series(), tokensOfWindow), ratio);
            }
        }

        void addDensity(RollingMetrics score) {
            FiringDensity firing = score.density();
            if (firing != null) {
                for (int i = 0; i < firing.latents().size(); i++) {
                    String rate = doubleToGoString(FiringDensity.RATES.get(i));
                    density.addMetric(List.of(score.stream(), score.series(), rate), (double)
                            firing.latents().get(i));
                }
            }
        }

        List<MetricFamilySamples> all() {
            return List.of(mse, fvu, l0, dead, density, tokens, time);
        }
    }
}
