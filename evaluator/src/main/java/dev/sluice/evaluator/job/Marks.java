package dev.sluice.evaluator.job;

import dev.sluice.trainer.contract.CheckpointManifest;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which checkpoint is scored next: of each variant only the newest, so intermediate ones are skipped while the scorer is
 * busy; and first the variant that has waited longest, in tokens.
 */
final class Marks {
    private static final long NEVER = -1;

    private final Map<String, CheckpointManifest> waiting = new TreeMap<>();
    private final Map<String, CheckpointManifest> handled = new TreeMap<>();

    /** A manifest was committed. */
    void offer(CheckpointManifest manifest) {
        String id = manifest.spec().id();
        CheckpointManifest before = handled.get(id);
        if (before == null || isNewer(manifest, before)) {
            waiting.put(id, manifest);
        }
    }

    /** The variant is gone. */
    void forget(String variant) {
        waiting.remove(variant);
        handled.remove(variant);
    }

    /** True if no newer manifest of the variant is known, and the variant is not gone. */
    boolean isNewest(CheckpointManifest manifest) {
        return manifest.equals(waiting.get(manifest.spec().id()));
    }

    private static boolean isNewer(CheckpointManifest manifest, CheckpointManifest before) {
        return manifest.generation() > before.generation()
                || manifest.step() > before.step()
                || (manifest.last() && !before.last());
    }

    /** @param isReady whether the rows that a mark needs are in the log */
    Optional<CheckpointManifest> next(Predicate<CheckpointManifest> isReady) {
        return waiting.values().stream()
                .filter(isReady)
                .min(Comparator.comparingLong(this::handledTokens)
                        .thenComparing(manifest -> manifest.spec().id()));
    }

    private long handledTokens(CheckpointManifest manifest) {
        CheckpointManifest before = handled.get(manifest.spec().id());
        return before == null || before.generation() != manifest.generation() ? NEVER : before.tokens();
    }

    /** It was scored, or cannot be. */
    void handled(CheckpointManifest manifest) {
        String id = manifest.spec().id();
        handled.put(id, manifest);
        waiting.remove(id, manifest);
    }
}
