package dev.sluice.trainer.stream;

import dev.sluice.producer.service.KafkaConnection;
import java.util.Map;

/** How tests reach a broker on this machine. */
public final class Loopback {
    /** A close waits for the fetch that is under way, and one client after another is started and thrown away. */
    private static final Map<String, String> BRISK =
            Map.of("fetch.max.wait.ms", "20", "metric.reporters", "", "enable.metrics.push", "false");

    private Loopback() {}

    public static KafkaConnection connection(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, BRISK, true);
    }
}
