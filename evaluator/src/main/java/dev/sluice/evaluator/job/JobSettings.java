package dev.sluice.evaluator.job;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.Lane;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Path;

/**
 * What jobs need.
 *
 * @param kafka the cluster
 * @param group the consumer group that shares the jobs
 * @param checkpoints folder that trainers write
 * @param manager memory of the engine
 * @param lane of the compute thread
 * @param memoryBytes of checkpoints that are open at once; one is, whatever its size
 */
public record JobSettings(
        KafkaConnection kafka, String group, Path checkpoints, NDManager manager, Lane lane, long memoryBytes) {
    /** 256 MiB: some hundred dictionaries of the sample run, or one of 32,768 latents of width 512 with its moments. */
    public static final long MEMORY_BYTES = 256L << 20;

    public JobSettings {
        if (memoryBytes < 1) {
            throw new IllegalArgumentException("jobs.memory-bytes must be at least 1, got " + memoryBytes);
        }
    }
}
