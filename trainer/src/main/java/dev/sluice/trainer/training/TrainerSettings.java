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
 * @param member its place among the trainers that share the variants
 * @param host what it shares with the other parts of its process
 */
public record TrainerSettings(KafkaConnection kafka, int partitions, Path checkpoints, Member member, Host host) {
    /** The default of {@code trainer.group}. */
    public static final String GROUP = "sluice-trainer";

    /**
     * A trainer's place in its group.
     *
     * @param group of the trainers that share the variants
     * @param instance name of this trainer in its group, the same after a restart, so that a killed one is replaced at
     *     once; no two at a time may have it; null for none
     */
    public record Member(String group, @Nullable String instance) {
        /** One of any number, of the default group. */
        public static final Member ANY = new Member(GROUP, null);

        public Member {
            if (group.isBlank()) {
                throw new IllegalArgumentException("trainer.group must be the name of a group, got nothing");
            }
        }
    }

    /**
     * What the parts of a process share; none of it is closed by the trainer.
     *
     * @param torch the engine
     * @param compute the JVM's compute thread
     * @param metrics of the process
     * @param health of the process
     */
    public record Host(Torch torch, ComputeThread compute, CollectorRegistry metrics, Health health) {}

    public TrainerSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("topics.partitions must be at least 1, got " + partitions);
        }
    }
}
