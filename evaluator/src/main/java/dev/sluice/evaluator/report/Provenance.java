package dev.sluice.evaluator.report;

import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was run on one stream.
 *
 * @param stream what its rows are made of; null if that is not known yet
 * @param specs of the variants, by id
 * @param manifests of their newest checkpoints, by id
 */
public record Provenance(@Nullable StreamSpec stream, List<VariantSpec> specs, List<CheckpointManifest> manifests) {
    public Provenance {
        specs = List.copyOf(specs);
        manifests = List.copyOf(manifests);
    }
}
