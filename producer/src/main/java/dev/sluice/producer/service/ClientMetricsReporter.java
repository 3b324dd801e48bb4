package dev.sluice.producer.service;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/** Tells {@link KafkaClientMetrics} of one client's metrics; made by the client, public for it alone. */
public final class ClientMetricsReporter implements MetricsReporter {
    /** The setting that holds the {@link KafkaClientMetrics} to tell. */
    static final String TELL = "sluice.client-metrics";

    private final Set<KafkaMetric> told = ConcurrentHashMap.newKeySet();
    private @Nullable KafkaClientMetrics metrics;

    @Override
    public void configure(Map<String, ?> configs) {
        metrics = (KafkaClientMetrics) Objects.requireNonNull(configs.get(TELL), TELL);
    }

    @Override
    public void init(List<KafkaMetric> already) {
        already.forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
        if (metrics != null && ClientSeries.of(metric.metricName()).isPresent()) {
            told.add(metric);
            metrics.add(metric);
        }
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
        if (metrics != null && told.remove(metric)) {
            metrics.remove(metric);
        }
    }

    /** The client is closed: its series end. */
    @Override
    public void close() {
        told.forEach(this::metricRemoval);
    }
}
