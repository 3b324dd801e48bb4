package dev.sluice.evaluator.job;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.StoredCheckpoint;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import java.util.ArrayList;
import java.util.List;

/** The dictionaries that are open for one ticket. */
final class OpenDictionaries {
    private final CheckpointStore store;
    private final NDManager manager;
    private final ComputeAccess compute;
    private final List<Learner> learners = new ArrayList<>();

    OpenDictionaries(CheckpointStore store, NDManager manager, ComputeAccess compute) {
        this.store = store;
        this.manager = manager;
        this.compute = compute;
    }

    /**
     * Opens one more.
     *
     * @throws CheckpointException if its file is missing, torn, or another state's
     * @throws JobException if its state cannot be used
     */
    FrozenVariant open(CheckpointManifest manifest, StreamSpec stream) throws InterruptedException {
        VariantSpec spec = manifest.spec();
        StoredCheckpoint stored = store.open(manifest);
        Learner learner = compute.await(() -> Kind.of(spec).restore(spec, stream.width(), stored, manager));
        learners.add(learner);
        return new FrozenVariant(manifest, stream, compute.await(learner::views));
    }

    void close() throws InterruptedException {
        compute.run(() -> learners.forEach(Learner::close));
        learners.clear();
    }
}
