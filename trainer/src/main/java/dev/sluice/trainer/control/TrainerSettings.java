package dev.sluice.trainer.control;

import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;

/**
 * What a trainer needs.
 *
 * @param kafka the cluster
 * @param partitions of the topics keyed by variant
 * @param checkpoints folder that trainers write and evaluators read
 * @param torch the engine; not closed by the trainer
 * @param compute the JVM's compute thread; not closed by the trainer
 * @param metrics of the process
 * @param health of the process
 */
public record TrainerSettings(
        KafkaConnection kafka,
        int partitions,
        Path checkpoints,
        Torch torch,
        ComputeThread compute,
        CollectorRegistry metrics,
        Health health) {
    public TrainerSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("topics.partitions must be at least 1, got " + partitions);
        }
    }
}
