package dev.sluice.trainer.training;

import ai.djl.engine.Engine;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.TopicSnapshot;
import dev.sluice.trainer.checkpoint.CheckpointCommitter;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.VariantOwner;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantState;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.VariantTopics;
import dev.sluice.trainer.contract.WantedVariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes variants this process's own: fences their last owners and finds out where these got to. */
final class Takeover {
    private final TrainerSettings settings;
    private final CheckpointStore store;

    Takeover(TrainerSettings settings, CheckpointStore store) {
        this.settings = settings;
        this.store = store;
    }

    /** Takes them in the order of their ids: all are fenced before anything is read. */
    List<VariantRun> take(Collection<WantedVariant> wanted) {
        Map<String, VariantOwner> owners = new TreeMap<>();
        for (WantedVariant each : wanted) {
            owners.put(
                    each.spec().id(),
                    VariantOwner.take(settings.kafka(), each.spec().id()));
        }
        TopicSnapshot<CheckpointManifest> manifests = decided(VariantTopics.CHECKPOINTS, owners.keySet());
        TopicSnapshot<VariantStatus> statuses = decided(VariantTopics.STATUS, owners.keySet());
        List<VariantRun> runs = new ArrayList<>();
        for (WantedVariant each : wanted) {
            String id = each.spec().id();
            VariantOwner owner = owners.get(id);
            if (owner != null) {
                runs.add(run(each, owner, manifests, statuses.value(id).orElse(null)));
            }
        }
        return runs;
    }

    private <T> TopicSnapshot<T> decided(CompactedTopic<T> topic, Set<String> ids) {
        return topic.decided(settings.kafka(), ids, CompactedTopic.LIMIT);
    }

    private VariantRun run(
            WantedVariant wanted,
            VariantOwner owner,
            TopicSnapshot<CheckpointManifest> manifests,
            @Nullable VariantStatus last) {
        String id = wanted.spec().id();
        try {
            store.deleteTemporaries(id);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean the checkpoint folder of " + id, e);
        }
        CheckpointManifest committed = manifests.value(id).orElse(null);
        boolean isCurrent = committed != null && committed.generation() >= wanted.generation();
        VariantState state = manifests
                .fault(id)
                .map(fault -> VariantState.failed("its last checkpoint cannot be read: " + fault))
                .orElseGet(() -> state(wanted, committed, last));
        VariantRun run = run(wanted, owner, isCurrent ? committed : null, state);
        if (last != null) {
            run.sized(last.latents(), last.parameters());
        }
        return run;
    }

    private static VariantState state(
            WantedVariant wanted, @Nullable CheckpointManifest manifest, @Nullable VariantStatus last) {
        if (manifest != null && manifest.generation() > wanted.generation()) {
            return VariantState.failed("generation must be at least that of the last checkpoint, "
                    + manifest.generation() + ", got " + wanted.generation());
        }
        if (last != null
                && last.generation() == wanted.generation()
                && last.state().isFailed()) {
            return VariantState.failed(String.valueOf(last.reason()));
        }
        boolean isDone = manifest != null && manifest.last() && manifest.generation() == wanted.generation();
        return wanted.paused() && !isDone
                ? VariantState.of(VariantPhase.PAUSED)
                : VariantState.of(VariantPhase.WAITING);
    }

    /** A variant that is this process's already, in another stretch. */
    VariantRun again(
            VariantRun before, WantedVariant wanted, @Nullable CheckpointManifest manifest, VariantState state) {
        VariantRun run = run(wanted, before.owner(), manifest, state);
        run.follows(before);
        return run;
    }

    private VariantRun run(
            WantedVariant wanted, VariantOwner owner, @Nullable CheckpointManifest manifest, VariantState state) {
        return new VariantRun(
                wanted,
                owner,
                settings.host().compute().lane(wanted.spec().id(), 1),
                new CheckpointCommitter(store, owner, provenance()),
                manifest,
                state);
    }

    private Map<String, String> provenance() {
        return Map.of(
                "sluice", String.valueOf(Json.VERSION),
                "jdk", System.getProperty("java.vm.version", "unknown"),
                "architecture", System.getProperty("os.arch", "unknown"),
                "engine", "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
                "device", settings.host().torch().device().getDeviceType(),
                "threads", Integer.toString(settings.host().torch().threads()));
    }

    /** Deletes what is left of variants that are not wanted any more, nor this process's. */
    void deleteLeftOvers(Set<String> ids) {
        Set<String> left = new TreeSet<>(decided(VariantTopics.CHECKPOINTS, ids).keys());
        left.addAll(decided(VariantTopics.STATUS, ids).keys());
        ids.stream().filter(store::has).forEach(left::add);
        for (String id : left) {
            try (VariantOwner owner = VariantOwner.take(settings.kafka(), id)) {
                delete(id, owner);
            }
        }
    }

    /**
     * Deletes what a variant has left in topics and files. The manifest goes first: whoever reads a file that is gone
     * finds that it no longer counts.
     */
    void delete(String id, VariantOwner owner) {
        owner.delete(Topic.CHECKPOINTS);
        try {
            store.deleteAll(id);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the checkpoints of " + id, e);
        }
        owner.delete(Topic.STATUS);
    }
}
