package dev.sluice.trainer.exchange;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.trainer.checkpoint.CapturedState;
import dev.sluice.trainer.checkpoint.CheckpointCommitter;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.VariantOwner;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.dictionary.sae.imported.ImportedKind;
import dev.sluice.trainer.dictionary.sae.imported.ImportedKind.Imported;
import dev.sluice.trainer.register.VariantPublisher;
import dev.sluice.trainer.spec.StreamDefaults;
import dev.sluice.trainer.spec.VariantReader;
import dev.sluice.trainer.training.VariantTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes an SAE of another library a variant: its weights become a checkpoint of step 0 first, and then the variant is
 * asked for, so that whoever takes it finds them.
 */
public final class VariantImport {
    private final KafkaConnection kafka;
    private final Path checkpoints;
    private final int partitions;

    /**
     * @param checkpoints the folder that trainers write
     * @param partitions of the topics keyed by variant
     */
    public VariantImport(KafkaConnection kafka, Path checkpoints, int partitions) {
        this.kafka = kafka;
        this.checkpoints = checkpoints;
        this.partitions = partitions;
    }

    /**
     * Returns when the variant is asked for.
     *
     * @param wantedStream that it is measured on; null for the only one there is
     * @throws ExchangeException if the id is no DNS label or taken, or no stream has its width
     * @throws IOException if the disk does not take the checkpoint
     */
    public VariantSpec add(String id, ForeignSae sae, @Nullable String wantedStream) throws IOException {
        if (!VariantReader.isId(id)) {
            throw new ExchangeException("id must be " + VariantReader.ID_RULE + ", got " + id);
        }
        if (VariantTopics.VARIANTS
                .decided(kafka, List.of(id), CompactedTopic.LIMIT)
                .value(id)
                .isPresent()) {
            throw new ExchangeException("id must be free, " + id + " is another variant's");
        }
        StreamProgress stream = stream(wantedStream, sae.weights().width());
        SaeWeights weights = sae.weights().withNormsFolded();
        VariantSpec spec = spec(id, sae, weights, stream);
        List<Violation> violations =
                Kind.of(spec).violations(spec, stream.spec().width());
        if (!violations.isEmpty()) {
            throw new ExchangeException(Violation.sentences(violations));
        }
        commit(spec, stream.spec(), weights);
        new VariantPublisher(kafka, partitions).publish(List.of(spec));
        return spec;
    }

    private StreamProgress stream(@Nullable String wanted, int width) {
        Map<String, StreamProgress> all = ProgressTopic.TOPIC.newest(kafka).values();
        List<StreamProgress> fitting = new ArrayList<>(all.values());
        fitting.removeIf(each -> each.spec().width() != width
                || (wanted != null && !each.spec().id().equals(wanted)));
        if (fitting.size() != 1) {
            throw new ExchangeException("stream must be one of width " + width + ", the folder's d_in, and named where "
                    + "there are several; there are " + all.keySet() + ", got " + (wanted == null ? "none" : wanted));
        }
        return fitting.get(0);
    }

    private static VariantSpec spec(String id, ForeignSae sae, SaeWeights weights, StreamProgress stream) {
        long tokens = StreamDefaults.expectedRows(stream);
        Imported imported = Imported.of(Map.of(
                "latents", weights.latents(),
                "architecture", weights.architecture().word(),
                "k", weights.k(),
                "centre-input", weights.centresInput(),
                "normalisation", weights.normalisation(),
                "centred-rows", sae.centredRows(),
                "sha256", weights.sha256()));
        // One pass, and no checkpoint but the last: nothing changes between them.
        TrainingSpec training = TrainingKeys.spec(
                new ImportedKind().descriptor(),
                Map.of("epochs", 1, "tokens", tokens, "checkpoint-tokens", Long.MAX_VALUE));
        return new VariantSpec(id, stream.spec().id(), imported, training, "earliest");
    }

    private void commit(VariantSpec spec, StreamSpec stream, SaeWeights weights) throws IOException {
        CapturedState state = new CapturedState();
        weights.shapes().forEach((name, shape) -> state.floats(name, weights.tensor(name), shape));
        try (VariantOwner owner = VariantOwner.take(kafka, spec.id())) {
            new CheckpointCommitter(new CheckpointStore(checkpoints), owner, Map.of("import", weights.sha256()))
                    .commit(VariantTraining.start(spec, 0, stream, 0), state, false, () -> {});
        }
    }
}
