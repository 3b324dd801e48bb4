package dev.sluice.trainer.training;

import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer needs.
 *
 * @param kafka the cluster
 * @param partitions of the topics keyed by variant
 * @param checkpoints folder that trainers write and evaluators read
 * @param group of the trainers that share the variants
 * @param instance name of this trainer in its group, the same after a restart, so that a killed one is replaced at
 *     once; no two at a time may have it; null for none
 * @param torch the engine; not closed by the trainer
 * @param compute the JVM's compute thread; not closed by the trainer
 * @param metrics of the process
 * @param health of the process
 */
public record TrainerSettings(
        KafkaConnection kafka,
        int partitions,
        Path checkpoints,
        String group,
        @Nullable String instance,
        Torch torch,
        ComputeThread compute,
        CollectorRegistry metrics,
        Health health) {
    /** The default of {@code trainer.group}. */
    public static final String GROUP = "sluice-trainer";

    public TrainerSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("topics.partitions must be at least 1, got " + partitions);
        }
        if (group.isBlank()) {
            throw new IllegalArgumentException("trainer.group must be the name of a group, got nothing");
        }
    }

    /** A trainer of the default group, one of any number. */
    public TrainerSettings(
            KafkaConnection kafka,
            int partitions,
            Path checkpoints,
            Torch torch,
            ComputeThread compute,
            CollectorRegistry metrics,
            Health health) {
        this(kafka, partitions, checkpoints, GROUP, null, torch, compute, metrics, health);
    }
}
