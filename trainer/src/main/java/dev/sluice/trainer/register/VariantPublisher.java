package dev.sluice.trainer.register;

import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.spec.SpecDifferences;
import dev.sluice.trainer.spec.VariantConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks for variants in {@code sluice.variants}. Asking for the same again changes nothing. */
public final class VariantPublisher {
    private final VariantRegister register;

    /** @param partitions of the topic */
    public VariantPublisher(KafkaConnection kafka, int partitions) {
        this.register = new VariantRegister(kafka, partitions);
    }

    /**
     * Returns when the variants are there.
     *
     * @throws VariantConflictException if another spec is there under one of the ids, naming what differs; nothing is
     *     written then
     */
    public void publish(List<VariantSpec> specs) {
        List<String> ids = specs.stream().map(VariantSpec::id).toList();
        register.change(ids, present -> with(specs, present));
    }

    private static Map<String, WantedVariant> with(List<VariantSpec> specs, Map<String, WantedVariant> present) {
        Map<String, WantedVariant> wanted = new TreeMap<>(present);
        List<String> differing = new ArrayList<>();
        for (VariantSpec spec : specs) {
            WantedVariant there = wanted.putIfAbsent(spec.id(), WantedVariant.of(spec));
            if (there != null) {
                differing.addAll(SpecDifferences.between(spec, there.spec()));
            }
        }
        SpecDifferences.requireNone(differing);
        return wanted;
    }
}
