package dev.sluice.trainer;

import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.Key;
import dev.sluice.producer.service.Schema;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceProcess;
import dev.sluice.producer.service.ValueType;
import dev.sluice.trainer.register.VariantRequest;
import dev.sluice.trainer.register.VariantRequests;
import dev.sluice.trainer.training.TrainerService;
import dev.sluice.trainer.training.TrainerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a trainer is told beside what every service is.
 *
 * @param checkpoints folder that trainers write and evaluators read
 * @param group of the trainers that share the variants
 * @param instance name of this trainer in its group, if it has one of its own
 * @param variants file or folder of variants to ask for, if any
 * @param epochs of variants of that file that do not say
 */
public record TrainerConfiguration(
        Path checkpoints, String group, Optional<String> instance, Optional<Path> variants, int epochs) {
    /** Passes over the stream, of variants that do not say. */
    public static final int EPOCHS = 5;

    private static final int MOST_EPOCHS = 1_000_000;

    private static final Key<String> GROUP = Key.of(
            "trainer.group",
            ValueType.TEXT,
            TrainerSettings.GROUP,
            "Consumer group of the trainers that share the cluster's variants.");
    private static final Key<String> INSTANCE = Key.optional(
            "trainer.instance",
            ValueType.TEXT,
            "Name of this trainer in its group, the same after a restart and no other's at the time (as a pod's of a"
                    + " StatefulSet): it gets its variants back at once instead of after the session of the one that"
                    + " died.");
    private static final Key<Path> VARIANTS = Key.optional(
            "trainer.variants",
            ValueType.EXISTING,
            "File of variants in YAML or JSON, or a folder of such files, to train on every stream of the cluster (or"
                    + " the one that a variant names); more can be asked for at any time.");
    /** Of whoever asks for variants: this service for those of its files, the evaluator for those of its API. */
    public static final Key<Integer> EPOCHS_KEY = Key.of(
            "trainer.epochs",
            ValueType.count(1, MOST_EPOCHS),
            Integer.toString(EPOCHS),
            "How often variants read their stream that do not say: those of trainer.variants, and those that are asked for"
                    + " through the evaluator's API; the same for both services.");

    /** All that may be configured of a trainer. */
    public static final Schema SCHEMA = new Schema(
            "trainer",
            "Trains dictionaries from the activations in Kafka.",
            List.of(ServiceConfiguration.CHECKPOINTS, GROUP, INSTANCE, VARIANTS, EPOCHS_KEY),
            List.of());

    static TrainerConfiguration of(Configuration values) {
        return new TrainerConfiguration(
                values.get(ServiceConfiguration.CHECKPOINTS),
                values.get(GROUP),
                values.find(INSTANCE),
                values.find(VARIANTS),
                values.get(EPOCHS_KEY));
    }

    /** The service that trains, as a part of the process. */
    public TrainerService service(ServiceConfiguration common, ServiceProcess process) {
        return new TrainerService(new TrainerSettings(
                common.kafka(),
                common.partitions(),
                checkpoints,
                new TrainerSettings.Member(group, instance.orElse(null)),
                new TrainerSettings.Host(process.torch(), process.compute(), process.metrics(), process.health())));
    }

    /** What asks for the variants of {@link #variants}, as a part of the process. */
    Optional<VariantRequests> requests(ServiceConfiguration common, ServiceProcess process) {
        return variants.map(place -> new VariantRequests(
                common.kafka(),
                VariantRequest.ofFiles(common.kafka(), common.partitions(), epochs, place),
                process.health()));
    }
}
