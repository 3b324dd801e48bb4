package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which checkpoint one job reads next: of each variant only the newest, so intermediate ones are skipped while the
 * evaluator is busy; and first the variant that has waited longest, in tokens.
 */
final class Marks {
    private static final long NEVER = -1;

    private final Map<String, CheckpointManifest> newest = new TreeMap<>();
    private final Map<String, JobResult> handled = new HashMap<>();
    private final Map<String, Long> postponed = new HashMap<>();

    /** A manifest was committed. */
    void offer(CheckpointManifest manifest) {
        newest.put(manifest.spec().id(), manifest);
    }

    /** The variant is gone. */
    void forget(String variant) {
        newest.remove(variant);
        handled.remove(variant);
        postponed.remove(variant);
    }

    /** @param untilNanos by {@link System#nanoTime} */
    void postpone(String variant, long untilNanos) {
        postponed.put(variant, untilNanos);
    }

    /** @param now by {@link System#nanoTime} */
    boolean isPostponed(String variant, long now) {
        Long until = postponed.get(variant);
        return until != null && until - now > 0;
    }

    /** The job has ended for a checkpoint, here or elsewhere. */
    void handled(JobResult result) {
        handled.put(result.key().variant(), result);
    }

    /** The checkpoint that is next. */
    Optional<CheckpointManifest> next(Predicate<CheckpointManifest> isReady) {
        return waiting(isReady).stream().findFirst();
    }

    /**
     * The checkpoints that wait, the next one first.
     *
     * @param isReady whether the rows that a mark needs are in the log
     */
    List<CheckpointManifest> waiting(Predicate<CheckpointManifest> isReady) {
        List<CheckpointManifest> waiting = new ArrayList<>(newest.values());
        waiting.removeIf(manifest -> isHandled(manifest) || !isReady.test(manifest));
        waiting.sort(Comparator.comparingLong(this::handledTokens)
                .thenComparing(manifest -> manifest.spec().id()));
        return waiting;
    }

    /** A checkpoint that has become the last one, without another step, is read again. */
    private boolean isHandled(CheckpointManifest manifest) {
        JobResult result = handled.get(manifest.spec().id());
        return result != null
                && result.key().generation() == manifest.generation()
                && result.checkpoint().sha256().equals(manifest.sha256())
                && result.checkpoint().last() == manifest.last();
    }

    private long handledTokens(CheckpointManifest manifest) {
        JobResult result = handled.get(manifest.spec().id());
        return result == null || result.key().generation() != manifest.generation()
                ? NEVER
                : result.key().row();
    }
}
