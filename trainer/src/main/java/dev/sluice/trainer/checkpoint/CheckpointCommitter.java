package dev.sluice.trainer.checkpoint;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.CheckpointManifest.Origin;
import dev.sluice.trainer.contract.CheckpointManifest.StoredFile;
import dev.sluice.trainer.contract.VariantSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The checkpoints of one variant: file first, then the manifest under the variant's fence, then the old files go. */
public final class CheckpointCommitter {
    private final CheckpointStore store;
    private final VariantOwner owner;
    private final Map<String, String> provenance;
    private @Nullable CheckpointManifest committed;

    /** @param provenance what the bits may depend on beside spec and stream */
    public CheckpointCommitter(CheckpointStore store, VariantOwner owner, Map<String, String> provenance) {
        this.store = store;
        this.owner = owner;
        this.provenance = Map.copyOf(provenance);
    }

    /**
     * What a restored variant goes on from.
     *
     * @param manifest committed
     * @param state verified
     */
    public record Restored(CheckpointManifest manifest, StoredCheckpoint state) {}

    /**
     * Opens the last committed checkpoint; if its file is torn or missing its predecessor; empty if that is too.
     *
     * @param manifest the last committed, read after the variant was taken
     * @param rejected is told of every checkpoint that cannot be used
     * @throws CheckpointException naming the field, if it is another training's
     */
    public synchronized Optional<Restored> restore(
            CheckpointManifest manifest,
            VariantSpec spec,
            String streamDigest,
            Consumer<CheckpointException> rejected) {
        for (CheckpointManifest candidate = manifest; candidate != null; candidate = candidate.previous()) {
            try {
                StoredCheckpoint state = store.open(candidate);
                state.header().requireTrainingOf(candidate.file(), spec, streamDigest);
                committed = candidate;
                return Optional.of(new Restored(candidate, state));
            } catch (CheckpointException e) {
                if (e.fault() == CheckpointException.Fault.FOREIGN) {
                    throw e;
                }
                rejected.accept(e);
            }
        }
        return Optional.empty();
    }

    /** The last that was committed or restored; null before the first. */
    public synchronized @Nullable CheckpointManifest committed() {
        return committed;
    }

    /**
     * Returns when the checkpoint is committed.
     *
     * @param last the training is done
     * @param beforeCommit what must be durable before the manifest is
     * @throws IOException if the disk does not take the file; the last committed checkpoint stays
     * @throws FencedException if the variant has another owner: nothing was committed
     */
    public synchronized CheckpointManifest commit(
            CheckpointHeader header, CapturedState state, boolean last, Runnable beforeCommit) throws IOException {
        StoredFile written = store.write(header, state);
        beforeCommit.run();
        CheckpointManifest manifest = new CheckpointManifest(
                new Origin(header.spec(), header.generation(), header.streamDigest()),
                header.position(),
                last,
                written,
                provenance,
                predecessorOf(written));
        owner.commit(Topic.CHECKPOINTS, Json.write(manifest));
        committed = manifest;
        store.retainOnly(manifest);
        return manifest;
    }

    /** The same state committed again (as the last) keeps the predecessor it had. */
    private @Nullable CheckpointManifest predecessorOf(StoredFile written) {
        CheckpointManifest newest = committed;
        if (newest == null) {
            return null;
        }
        return newest.file().equals(written.file()) ? newest.previous() : newest.after(null);
    }
}
