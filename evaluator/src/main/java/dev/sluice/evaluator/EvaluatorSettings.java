package dev.sluice.evaluator;

import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import io.prometheus.client.CollectorRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * What an evaluator needs.
 *
 * @param kafka the cluster
 * @param partitions of the topics keyed by variant
 * @param checkpoints folder that trainers write and evaluators read
 * @param torch the engine; not closed by the evaluator
 * @param compute the JVM's compute thread; not closed by the evaluator
 * @param vertx of the process; not closed by the evaluator
 * @param metrics of the process
 * @param health of the process
 * @param applicationId of the Kafka Streams application
 * @param windowTokens width of a rolling window
 * @param heldoutRows that an intermediate checkpoint is scored on
 * @param reproduce the command that the report names to get it again
 */
public record EvaluatorSettings(
        KafkaConnection kafka,
        int partitions,
        Path checkpoints,
        Torch torch,
        ComputeThread compute,
        Vertx vertx,
        CollectorRegistry metrics,
        Health health,
        String applicationId,
        long windowTokens,
        long heldoutRows,
        String reproduce) {
    public static final String APPLICATION_ID = "sluice-evaluator";
    public static final long WINDOW_TOKENS = 16_384;
    public static final long HELDOUT_ROWS = 32_768;

    public EvaluatorSettings {
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
