package dev.sluice.trainer.register;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.spec.VariantConflictException;
import dev.sluice.trainer.spec.VariantDefaults;
import dev.sluice.trainer.spec.VariantFile;
import dev.sluice.trainer.spec.VariantFileException;
import dev.sluice.trainer.spec.VariantFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Asks for the variants of a file, with what they take from the streams of one producer: each stream for those that name
 * none, the width, and the horizon of the schedules. Asking again changes nothing.
 */
public final class VariantRequest {
    private final KafkaConnection kafka;
    private final int partitions;
    private final int epochs;
    private final Function<VariantFile, List<VariantSpec>> variants;

    /**
     * @param partitions of {@code sluice.variants}
     * @param epochs of variants that do not say
     * @param variants reads them
     */
    public VariantRequest(
            KafkaConnection kafka, int partitions, int epochs, Function<VariantFile, List<VariantSpec>> variants) {
        this.kafka = kafka;
        this.partitions = partitions;
        this.epochs = epochs;
        this.variants = variants;
    }

    /** The same for the variants of a file, or of the files of a folder. */
    public static VariantRequest ofFiles(KafkaConnection kafka, int partitions, int epochs, Path place) {
        return new VariantRequest(kafka, partitions, epochs, reader -> VariantFiles.read(place, reader));
    }

    /**
     * Returns when they are in the log.
     *
     * @param streams begun together, in the order of their run
     * @throws VariantFileException if one of them cannot be trained
     * @throws VariantConflictException if another spec is there under one of the ids
     */
    public void publish(List<StreamProgress> streams) {
        List<StreamSpec> specs = streams.stream().map(StreamProgress::spec).toList();
        long rows = streams.get(0).run().expectedRows();
        VariantDefaults defaults = new VariantDefaults(specs, epochs, Math.multiplyExact(rows, (long) epochs));
        List<VariantSpec> wanted = variants.apply(new VariantFile(defaults));
        new VariantPublisher(kafka, partitions).publish(VariantNames.distinct(wanted, kafka));
    }
}
