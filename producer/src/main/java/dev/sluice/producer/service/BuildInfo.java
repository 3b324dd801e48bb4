package dev.sluice.producer.service;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;

/**
 * Which release runs.
 *
 * <pre>
 * sluice_build_info{component="trainer",version="0.1.0",} 1.0
 * </pre>
 */
public final class BuildInfo {
    /** The release. */
    public static final String VERSION = "0.1.0";

    private final Gauge info;

    BuildInfo(CollectorRegistry registry) {
        info = Gauge.build("sluice_build_info", "The release of each service in this process; always 1.")
                .labelNames("component", "version")
                .register(registry);
    }

    /** @param component a service of the process: {@code producer}, {@code trainer}, {@code evaluator} */
    void runs(String component) {
        info.labels(component, VERSION).set(1);
    }
}
