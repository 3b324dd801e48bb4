package dev.sluice.producer.service;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * The Kafka clients of a process for Prometheus: the series of {@link ClientSeries} for every client that is open. Read
 * at the scrape; sending and polling cost nothing more.
 *
 * <pre>
 * kafka_consumer_records_consumed_total{client_id="consumer-null-1",} 18.0
 * sluice_records_set_aside_total{topic="sluice.variants",} 1.0
 * </pre>
 */
public final class KafkaClientMetrics extends Collector {
    private final Map<Place, KafkaMetric> metrics = new ConcurrentHashMap<>();
    private final Map<String, Long> setAside = new ConcurrentHashMap<>();
    private final Set<Spot> seen = ConcurrentHashMap.newKeySet();

    /** Of a record; topics are read again and again. */
    private record Spot(String topic, int partition, long offset) {}

    private record Place(ClientSeries series, String client) {}

    /**
     * Counts a record that could not be read.
     *
     * @return false if it was counted before
     */
    public boolean setAside(ConsumerRecord<?, ?> record) {
        boolean first = seen.add(new Spot(record.topic(), record.partition(), record.offset()));
        if (first) {
            setAside.merge(record.topic(), 1L, Long::sum);
        }
        return first;
    }

    void add(KafkaMetric metric) {
        ClientSeries.of(metric.metricName()).ifPresent(series -> metrics.put(place(series, metric), metric));
    }

    /** Does nothing if another client has taken the id meanwhile. */
    void remove(KafkaMetric metric) {
        ClientSeries.of(metric.metricName()).ifPresent(series -> metrics.remove(place(series, metric), metric));
    }

    private static Place place(ClientSeries series, KafkaMetric metric) {
        return new Place(series, ClientSeries.client(metric.metricName()));
    }

    @Override
    public List<MetricFamilySamples> collect() {
        List<MetricFamilySamples> families = new ArrayList<>();
        for (ClientSeries series : ClientSeries.ALL) {
            Map<String, Double> values = new TreeMap<>();
            metrics.forEach((place, metric) -> {
                // A mean or a maximum over nothing is not a number: no sample then.
                if (place.series.equals(series)
                        && metric.metricValue() instanceof Double value
                        && Double.isFinite(value)) {
                    values.put(place.client, value);
                }
            });
            families.add(series.family(values));
        }
        CounterMetricFamily bad = new CounterMetricFamily(
                "sluice_records_set_aside_total", "Records of control topics that cannot be read.", List.of("topic"));
        new TreeMap<>(setAside).forEach((topic, count) -> bad.addMetric(List.of(topic), count));
        families.add(bad);
        return families;
    }
}
