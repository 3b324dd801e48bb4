package dev.sluice.producer.service;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.MetricName;

/**
 * One metric of Kafka's clients that is exported: those that tell whether a client moves, waits or fails. A client has
 * some 120 metrics, and many of them again for each topic, node and partition; those are never exported, so that sums
 * over a series count nothing twice.
 *
 * @param group and {@code metric}: Kafka's name
 * @param series its name for Prometheus; one that ends in {@code _total} is a counter
 * @param unit factor from Kafka's unit to the base unit
 */
record ClientSeries(String group, String metric, String series, double unit, String help) {
    private static final String CLIENT_ID = "client-id";
    private static final Set<String> TAGS = Set.of(CLIENT_ID);
    private static final List<String> LABELS = List.of("client_id");

    private static final String FETCHER = "consumer-fetch-manager-metrics";
    private static final String COORDINATOR = "consumer-coordinator-metrics";
    private static final String CONSUMER = "consumer-metrics";
    private static final String PRODUCER = "producer-metrics";
    private static final double MILLIS = 1e-3;
    private static final double NANOS = 1e-9;

    /** In the order of the scrape. */
    static final List<ClientSeries> ALL = List.of(
            consumer(FETCHER, "records-consumed-total", "records_consumed_total", 1, "Records consumed."),
            consumer(FETCHER, "bytes-consumed-total", "bytes_consumed_total", 1, "Bytes consumed."),
            consumer(FETCHER, "fetch-total", "fetches_total", 1, "Fetch requests."),
            consumer(FETCHER, "fetch-latency-avg", "fetch_latency_seconds", MILLIS, "Mean time of a fetch request."),
            consumer(FETCHER, "records-lag-max", "lag_records", 1, "Offsets behind the log's end, worst partition."),
            consumer(COORDINATOR, "assigned-partitions", "assigned_partitions", 1, "Partitions owned in the group."),
            consumer(COORDINATOR, "rebalance-total", "rebalances_total", 1, "Rebalances that succeeded."),
            consumer(COORDINATOR, "failed-rebalance-total", "failed_rebalances_total", 1, "Rebalances that failed."),
            consumer(CONSUMER, "poll-idle-ratio-avg", "poll_idle_ratio", 1, "Share of time spent waiting in poll."),
            consumer(CONSUMER, "connection-count", "connections", 1, "Connections to brokers."),
            consumer(CONSUMER, "failed-authentication-total", "failed_authentications_total", 1, "Refused logins."),
            producer("record-send-total", "records_sent_total", 1, "Records sent."),
            producer("record-error-total", "record_errors_total", 1, "Records that could not be sent."),
            producer("record-retry-total", "record_retries_total", 1, "Records sent again."),
            producer("outgoing-byte-total", "outgoing_bytes_total", 1, "Bytes sent."),
            producer("request-latency-avg", "request_latency_seconds", MILLIS, "Mean time of a request."),
            producer("record-queue-time-avg", "queue_latency_seconds", MILLIS, "Mean time of a batch in the queue."),
            producer("buffer-available-bytes", "buffer_available_bytes", 1, "Free memory for records to send."),
            producer("bufferpool-wait-time-ns-total", "buffer_wait_seconds_total", NANOS, "Waiting for that memory."),
            producer("txn-commit-time-ns-total", "commit_seconds_total", NANOS, "Waiting for transactions to commit."),
            producer("connection-count", "connections", 1, "Connections to brokers."),
            producer("failed-authentication-total", "failed_authentications_total", 1, "Refused logins."));

    private static ClientSeries consumer(String group, String metric, String series, double unit, String help) {
        return new ClientSeries(group, metric, "kafka_consumer_" + series, unit, help);
    }

    private static ClientSeries producer(String metric, String series, double unit, String help) {
        return new ClientSeries(PRODUCER, metric, "kafka_producer_" + series, unit, help);
    }

    /** The series of a client's metric; empty for all that is not exported. */
    static Optional<ClientSeries> of(MetricName name) {
        if (!name.tags().keySet().equals(TAGS)) {
            return Optional.empty();
        }
        return ALL.stream()
                .filter(series -> series.group.equals(name.group()) && series.metric.equals(name.name()))
                .findFirst();
    }

    static String client(MetricName name) {
        return name.tags().getOrDefault(CLIENT_ID, "");
    }

    /** @param values by client id, in Kafka's unit */
    MetricFamilySamples family(Map<String, Double> values) {
        if (series.endsWith("_total")) {
            CounterMetricFamily counter = new CounterMetricFamily(series, help, LABELS);
            values.forEach((client, value) -> counter.addMetric(List.of(client), value * unit));
            return counter;
        }
        GaugeMetricFamily gauge = new GaugeMetricFamily(series, help, LABELS);
        values.forEach((client, value) -> gauge.addMetric(List.of(client), value * unit));
        return gauge;
    }
}
