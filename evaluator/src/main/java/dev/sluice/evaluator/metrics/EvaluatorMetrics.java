package dev.sluice.evaluator.metrics;

import dev.sluice.evaluator.contract.RollingMetrics;
import dev.sluice.evaluator.contract.RollingMetrics.Dead;
import dev.sluice.evaluator.metric.Metric;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelMetric;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.evaluator.view.SeriesView;
import dev.sluice.trainer.contract.FiringDensity;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Families families = new Families(view.table());
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
        view.forEachModelScore(families::add);
        return families.all();
    }

    /** One scrape. */
    private static final class Families {
        private final Map<Metric, GaugeMetricFamily> metrics = new LinkedHashMap<>();
        private final Map<ModelMetric, GaugeMetricFamily> modelMetrics = new LinkedHashMap<>();
        private final GaugeMetricFamily tokens =
                family("sluice_eval_window_tokens", "Rows in the newest window.", LABELS);
        private final GaugeMetricFamily time = family(
                "sluice_eval_last_window_timestamp_seconds",
                "When the newest measurement was taken, also of a window that is still open.",
                LABELS);
        private final GaugeMetricFamily dead = family(
                MetricTable.DEAD.prometheusName(),
                "Share of latents silent over so many tokens of training.",
                List.of("stream", "variant", "window"));
        private final GaugeMetricFamily density = family(
                "sluice_eval_density_latents",
                "Latents active on at most the share le of the held-out rows, newest score.",
                List.of("stream", "variant", "le"));

        Families(MetricTable table) {
            table.metrics()
                    .forEach(metric ->
                            metrics.put(metric, family(metric.prometheusName(), metric.prometheusHelp(), LABELS)));
            ModelTable.metrics()
                    .forEach(metric -> modelMetrics.put(
                            metric,
                            family(metric.prometheusName(), metric.prometheusHelp(), List.of("stream", "variant"))));
        }

        void add(String stream, String series, Map<String, Double> values) {
            modelMetrics.forEach((metric, family) -> {
                Double value = values.get(metric.name());
                if (value != null) {
                    family.addMetric(List.of(stream, series), value);
                }
            });
        }

        private static GaugeMetricFamily family(String name, String help, List<String> labels) {
            return new GaugeMetricFamily(name, help, labels);
        }

        void add(RollingMetrics window, long atMillis) {
            List<String> labels = List.of(window.of().stream(), window.of().name(), window.split());
            metrics.forEach((metric, family) -> {
                Double value = metric.of(window.rest());
                if (value != null) {
                    family.addMetric(labels, value);
                }
            });
            tokens.addMetric(labels, (double) window.rest().rows());
            time.addMetric(labels, atMillis / MILLIS_PER_SECOND);
        }

        void addDead(@Nullable RollingMetrics window) {
            Dead silent = window == null ? null : window.figures().dead();
            Double ratio = silent == null ? null : silent.deadFractionLong();
            if (window != null && silent != null && ratio != null) {
                String tokensOfWindow = Long.toString(silent.deadWindowTokens());
                dead.addMetric(List.of(window.of().stream(), window.of().name(), tokensOfWindow), ratio);
            }
        }

        void addDensity(RollingMetrics score) {
            FiringDensity firing = score.figures().density();
            if (firing != null) {
                for (int i = 0; i < firing.latents().size(); i++) {
                    String rate = doubleToGoString(FiringDensity.RATES.get(i));
                    density.addMetric(List.of(score.of().stream(), score.of().name(), rate), (double)
                            firing.latents().get(i));
                }
            }
        }

        List<MetricFamilySamples> all() {
            modelMetrics.values().removeIf(family -> family.samples.isEmpty()); // where no model is run
            return Stream.of(metrics.values(), modelMetrics.values(), List.of(dead, density, tokens, time))
                    .flatMap(Collection::stream)
                    .map(MetricFamilySamples.class::cast)
                    .toList();
        }
    }
}
