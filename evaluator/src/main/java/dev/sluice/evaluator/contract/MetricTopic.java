package dev.sluice.evaluator.contract;

import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.topic.CompactedTopic;

/** {@code sluice.metrics}: the metrics of every series by window. */
public final class MetricTopic {
    public static final CompactedTopic<RollingMetrics> TOPIC =
            new CompactedTopic<>(Topic.METRICS, RollingMetrics.class, (key, metrics) -> {});

    private MetricTopic() {}
}
