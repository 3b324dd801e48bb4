package dev.sluice.evaluator.job;

import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.RowClass;
import dev.sluice.producer.contract.RowLabel;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.TopicSetup;
import dev.sluice.trainer.checkpoint.CapturedState;
import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.Ledger;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind;
import dev.sluice.trainer.dictionary.sae.topk.TopKKind.TopK;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A complete stream of invented held-out rows, and untrained checkpoints on it, as producers and trainers leave them. */
final class StoredStream implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final int WINDOW = 20;
    static final int HELDOUT = 110 * WINDOW;
    static final StreamSpec SPEC = new StreamSpec(
            new RowOrder(
                    new RowOrder.Documents("stored", "1", 5, ""),
                    new RowOrder.Cut(WINDOW, -1, false),
                    RowOrder.Mixing.ofRows(1024, 7),
                    0),
            new RowValues("none", "1", null, "blocks.1.hook_resid_post", 16, "F32"));

    private final Path checkpoints;
    private final Torch torch;
    private final ComputeThread compute;
    private final KafkaProducer<String, byte[]> producer;

    StoredStream(KafkaConnection kafka, Path checkpoints, Torch torch, ComputeThread compute) {
        this.checkpoints = checkpoints;
        this.torch = torch;
        this.compute = compute;
        TopicSetup.ensure(kafka, Topic.shared(PARTITIONS));
        TopicSetup.ensure(kafka, Topic.ofStream(SPEC.id()));
        this.producer = new KafkaProducer<>(kafka.producer(), new StringSerializer(), new ByteArraySerializer());
        publishRows();
    }

    private void publishRows() {
        ActivationEncoder encoder = new ActivationEncoder(SPEC);
        Random random = new Random(3);
        for (int first = 0; first < HELDOUT; first += 300) {
            for (int row = first; row < Math.min(HELDOUT, first + 300); row++) {
                float[] values = new float[SPEC.width()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                int window = row / WINDOW;
                encoder.add(
                        FloatBuffer.wrap(values),
                        new RowLabel(window / 2, window % 2, row % WINDOW, row % 50, "", RowClass.REST));
            }
            send(Topic.heldout(SPEC.id()), null, encoder.finish(first));
        }
        send(Topic.PROGRESS, SPEC.id(), Json.write(progress()));
    }

    static VariantSpec spec(String id) {
        return new VariantSpec(
                id,
                SPEC.id(),
                TopK.of(Map.of(
                        "latents",
                        32,
                        "k",
                        4,
                        "aux-coefficient",
                        1.0 / 32,
                        "aux-normalisation",
                        "openai",
                        "rescale-by-decoder-norm",
                        false)),
                TrainingKeys.spec(
                        new TopKKind().descriptor(),
                        Map.of(
                                "learning-rate", 4e-3,
                                "batch-tokens", 128,
                                "epochs", 2,
                                "tokens", 1024,
                                "decay", 0.2,
                                "normalisation", "none",
                                "seed", 1,
                                "checkpoint-tokens", 1024)),
                "earliest");
    }

    /** Writes a file and gives what its manifest would be. */
    CheckpointManifest write(String id, int generation, long step, boolean last) {
        VariantSpec spec = spec(id);
        CheckpointHeader header = new CheckpointHeader(
                new CheckpointHeader.Training(spec, generation, SPEC.digest(), 0),
                new CheckpointManifest.Position(step, step * 128, step * 128, 0),
                Ledger.EMPTY);
        CheckpointManifest.StoredFile file =
                compute.lane("writer", 1).submit(() -> write(spec, header)).join();
        return new CheckpointManifest(
                new CheckpointManifest.Origin(spec, generation, SPEC.digest()),
                header.position(),
                last,
                file,
                Map.of(),
                null);
    }

    /** The state is read where it lies, so the learner stays open until the file is written. */
    private CheckpointManifest.StoredFile write(VariantSpec spec, CheckpointHeader header) throws IOException {
        CapturedState state = new CapturedState();
        try (Learner learner = Kind.of(spec).create(spec, SPEC.width(), torch.manager())) {
            learner.save(state);
            return new CheckpointStore(checkpoints).write(header, state);
        }
    }

    /** The final checkpoint of a variant, and that the variant is wanted. */
    CheckpointManifest finish(String id) {
        want(WantedVariant.of(spec(id)));
        CheckpointManifest manifest = write(id, 0, 8, true);
        commit(manifest);
        return manifest;
    }

    void want(WantedVariant wanted) {
        send(Topic.VARIANTS, wanted.spec().id(), Json.write(wanted));
    }

    void commit(CheckpointManifest manifest) {
        send(Topic.CHECKPOINTS, manifest.spec().id(), Json.write(manifest));
    }

    @SuppressWarnings("NullAway") // a tombstone is a null value, and rows have no key
    void send(String topic, @Nullable String key, byte @Nullable [] value) {
        var unused = producer.send(new ProducerRecord<>(topic, key, value));
        producer.flush();
    }

    private static StreamProgress progress() {
        return new StreamProgress(
                SPEC,
                SPEC.digest(),
                new StreamProgress.Extent(0, HELDOUT, true),
                new StreamProgress.Run(List.of(SPEC.id()), 1),
                StreamProgress.Place.START,
                new StreamProgress.Telemetry(new StreamProgress.Reading(1, 1, 1, 0), 1, Map.of(), "cpu", 1, 1));
    }

    @Override
    public void close() {
        producer.close();
    }
}
