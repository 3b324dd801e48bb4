package dev.sluice.evaluator;

import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;

/**
 * What an evaluator needs.
 *
 * @param kafka the cluster
 * @param partitions of the topics keyed by variant
 * @param configuration what it is told
 * @param host what it shares with the other parts of its process
 */
public record EvaluatorSettings(
        KafkaConnection kafka, int partitions, EvaluatorConfiguration configuration, Host host) {
    /**
     * What the parts of a process share; none of it is closed by the evaluator.
     *
     * @param torch the engine
     * @param compute the JVM's compute thread
     * @param vertx of the process
     * @param metrics of the process
     * @param health of the process
     */
    public record Host(Torch torch, ComputeThread compute, Vertx vertx, CollectorRegistry metrics, Health health) {}

    public static final String APPLICATION_ID = "sluice-evaluator";
    public static final long WINDOW_TOKENS = 16_384;
    public static final long HELDOUT_ROWS = 32_768;

    public EvaluatorSettings {
        long windowTokens = configuration.windowTokens();
        long heldoutRows = configuration.heldoutRows();
        if (configuration.model().tokens() < 0) {
            throw new IllegalArgumentException("evaluator.model-tokens must be at least 0, got "
                    + configuration.model().tokens());
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("topics.partitions must be at least 1, got " + partitions);
        }
        if (windowTokens < 1) {
            throw new IllegalArgumentException("evaluator.window-tokens must be at least 1, got " + windowTokens);
        }
        if (heldoutRows < 1) {
            throw new IllegalArgumentException("evaluator.heldout-rows must be at least 1, got " + heldoutRows);
        }
    }
}
