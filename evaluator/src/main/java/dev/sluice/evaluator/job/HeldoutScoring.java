package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.evaluator.rows.RowNeed.Split;
import dev.sluice.trainer.contract.BatchStatistics;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.FiringDensity;
import dev.sluice.trainer.contract.LatentSet;
import dev.sluice.trainer.contract.Measurement;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.measure.BatchMoments;
import dev.sluice.trainer.measure.Scorer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Scores every view of a checkpoint on the first held-out rows, and of the final one on all of them. Its figures are
 * measurements.
 */
final class HeldoutScoring implements Job {
    private final long heldoutRows;
    private final LongSupplier clock;

    /**
     * @param heldoutRows H: rows that an intermediate checkpoint is scored on
     * @param clock milliseconds since 1970
     */
    HeldoutScoring(long heldoutRows, LongSupplier clock) {
        if (heldoutRows < 1) {
            throw new IllegalArgumentException("evaluator.heldout-rows must be at least 1, got " + heldoutRows);
        }
        this.heldoutRows = heldoutRows;
        this.clock = clock;
    }

    @Override
    public String name() {
        return JobResult.SCORING;
    }

    @Override
    public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
        return Optional.of(checkpoint.last() ? RowNeed.all(Split.HELDOUT) : RowNeed.first(Split.HELDOUT, heldoutRows));
    }

    @Override
    public Computation begin(List<FrozenVariant> variants) {
        return new Scores(variants);
    }

    /** What is known of one view so far. */
    private static final class Score {
        private final Dictionary view;
        private final int width;
        private final long[] firings;
        private BatchStatistics sums;

        Score(Dictionary view, int width) {
            this.view = view;
            this.width = width;
            this.firings = new long[view.size().latents()];
            this.sums = new BatchStatistics(ClassSums.zero(width), ClassSums.zero(width), List.of(), LatentSet.empty());
        }

        void add(Batch batch, BatchMoments moments) {
            Reconstruction made = view.reconstruct(batch);
            try {
                sums = sums.plus(Scorer.score(moments, made, firings));
            } finally {
                made.reconstructed().close();
            }
        }
    }

    private final class Scores implements Computation {
        private final Map<String, Map<String, Score>> byVariant = new LinkedHashMap<>();
        private @Nullable BatchMoments moments;
        private long rows;

        Scores(List<FrozenVariant> variants) {
            for (FrozenVariant variant : variants) {
                Map<String, Score> byView = new LinkedHashMap<>();
                variant.views()
                        .forEach((name, view) -> byView.put(
                                name, new Score(view, variant.stream().width())));
                byVariant.put(variant.id(), byView);
            }
        }

        /** A batch's moments are the same for all views. */
        @Override
        public List<Runnable> steps(RowBatch labels, Batch batch) {
            rows += labels.rows();
            List<Runnable> steps = new ArrayList<>();
            steps.add(() -> moments = BatchMoments.of(batch));
            byVariant.values().forEach(views -> views.values().forEach(score -> steps.add(() -> add(score, batch))));
            return steps;
        }

        private void add(Score score, Batch batch) {
            if (moments != null) {
                score.add(batch, moments);
            }
        }

        @Override
        public Findings findings(FrozenVariant variant) {
            List<Measurement> measurements = new ArrayList<>();
            byVariant
                    .getOrDefault(variant.id(), Map.of())
                    .forEach((view, score) -> measurements.add(measurement(variant.manifest(), view, score)));
            return Findings.measured(measurements);
        }

        private Measurement measurement(CheckpointManifest manifest, String view, Score score) {
            VariantSpec spec = manifest.spec();
            return new Measurement(
                    new Measurement.Subject(
                            spec.id(),
                            view,
                            manifest.generation(),
                            spec.stream(),
                            spec.dictionary().kind()),
                    new Measurement.Span(
                            Measurement.HELDOUT, manifest.step(), manifest.tokens(), rows, manifest.last()),
                    new Measurement.Result(
                            score.width,
                            score.firings.length,
                            Map.of(),
                            score.sums,
                            FiringDensity.of(score.firings, rows)),
                    clock.getAsLong());
        }
    }
}
