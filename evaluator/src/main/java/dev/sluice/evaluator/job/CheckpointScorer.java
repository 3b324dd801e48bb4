package dev.sluice.evaluator.job;

import ai.djl.ndarray.NDManager;
import dev.sluice.evaluator.rows.HeldoutBatch;
import dev.sluice.evaluator.rows.HeldoutRows;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.engine.Lane;
import dev.sluice.trainer.checkpoint.CheckpointStore;
import dev.sluice.trainer.checkpoint.StoredCheckpoint;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.FiringDensity;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.measure.BatchMoments;
import dev.sluice.trainer.measure.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/** Scores a checkpoint on held-out rows, each view of it; torch is called in the lane only, a batch and view at a time. */
final class CheckpointScorer {
    private final CheckpointStore store;
    private final NDManager manager;
    private final Lane lane;
    private final LongSupplier clock;

    CheckpointScorer(CheckpointStore store, NDManager manager, Lane lane, LongSupplier clock) {
        this.store = store;
        this.manager = manager;
        this.lane = lane;
        this.clock = clock;
    }

    /**
     * One measurement for each view, in the order of their names.
     *
     * @param count the first rows, all of them in the log
     * @throws InterruptedException if the service is told to stop
     */
    List<Measurement> score(CheckpointManifest manifest, int width, HeldoutRows rows, long count)
            throws InterruptedException {
        VariantSpec spec = manifest.spec();
        StoredCheckpoint stored = store.open(manifest);
        Learner learner = await(() -> Kind.of(spec).restore(spec, width, stored, manager));
        try {
            Map<String, Dictionary> views = new TreeMap<>(await(learner::views));
            Map<String, Integer> latents = await(() -> latents(views));
            Map<String, Score> scores = new TreeMap<>();
            latents.forEach((view, size) -> scores.put(view, new Score(width, size)));
            rows.forEachBatch(count, batch -> add(batch, views, scores));
            List<Measurement> measurements = new ArrayList<>();
            scores.forEach((view, score) -> measurements.add(measurement(manifest, view, count, width, score)));
            return measurements;
        } finally {
            await(() -> {
                learner.close();
                return true;
            });
        }
    }

    private static Map<String, Integer> latents(Map<String, Dictionary> views) {
        Map<String, Integer> latents = new TreeMap<>();
        views.forEach((view, dictionary) -> latents.put(view, dictionary.size().latents()));
        return latents;
    }

    private void add(HeldoutBatch batch, Map<String, Dictionary> views, Map<String, Score> scores) {
        try (NDManager memory = manager.newSubManager()) {
            Batch device = await(() -> batch.toDevice(memory));
            BatchMoments moments = await(() -> BatchMoments.of(device));
            for (Map.Entry<String, Dictionary> view : views.entrySet()) {
                Score score = Objects.requireNonNull(scores.get(view.getKey()));
                await(() -> score.add(device, moments, view.getValue()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScoringException("scoring was interrupted", e);
        }
    }

    /** What is known of one view so far. */
    private static final class Score {
        private final long[] firings;
        private BatchStatistics sums;

        Score(int width, int latents) {
            firings = new long[latents];
            sums = new BatchStatistics(ClassSums.zero(width), ClassSums.zero(width), List.of(), LatentSet.empty());
        }

        boolean add(Batch batch, BatchMoments moments, Dictionary view) {
            Reconstruction made = view.reconstruct(batch);
            try {
                sums = sums.plus(Scorer.score(moments, made, firings));
                return true;
            } finally {
                made.reconstructed().close();
            }
        }
    }

    private Measurement measurement(CheckpointManifest manifest, String view, long count, int width, Score score) {
        VariantSpec spec = manifest.spec();
        return new Measurement(
                Json.VERSION,
                spec.id(),
                view,
                manifest.generation(),
                spec.stream(),
                spec.dictionary().kind(),
                Measurement.HELDOUT,
                manifest.step(),
                manifest.tokens(),
                count,
                manifest.last(),
                width,
                score.firings.length,
                Map.of(),
                score.sums,
                FiringDensity.of(score.firings, count),
                clock.getAsLong());
    }

    private <T> T await(Callable<T> work) throws InterruptedException {
        try {
            return lane.submit(work).get();
        } catch (ExecutionException e) {
            throw new ScoringException("a checkpoint cannot be scored: " + e.getCause(), e);
        }
    }
}
