package dev.sluice.evaluator.truth;

import dev.sluice.evaluator.contract.TruthFigures;
import dev.sluice.evaluator.job.Computation;
import dev.sluice.evaluator.job.Findings;
import dev.sluice.evaluator.job.FrozenVariant;
import dev.sluice.evaluator.job.Job;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.evaluator.rows.RowNeed.Split;
import dev.sluice.producer.contract.Json;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.dictionary.Batch;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Compares every view of a synthetic stream's checkpoints with the features that its rows are made of. */
public final class KnownTruth implements Job {
    /** Enough for firings of one row in a thousand. */
    private static final long MOST_ROWS = 1 << 15;

    @Override
    public String name() {
        return TruthFigures.JOB;
    }

    @Override
    public boolean isFor(StreamSpec stream) {
        return stream.values().synthetic() != null;
    }

    @Override
    public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
        return Optional.of(RowNeed.first(Split.HELDOUT, MOST_ROWS));
    }

    @Override
    public Computation begin(List<FrozenVariant> variants) {
        StreamSpec stream = variants.get(0).stream();
        return new Comparison(new Truth(Objects.requireNonNull(stream.values().synthetic(), stream.id())), variants);
    }

    private static final class Comparison implements Computation {
        private final Truth truth;
        private final Map<String, Map<String, ViewTruth>> byVariant = new LinkedHashMap<>();
        private int[][] supports = new int[0][];
        private long rows;

        Comparison(Truth truth, List<FrozenVariant> variants) {
            this.truth = truth;
            for (FrozenVariant variant : variants) {
                String kind = variant.manifest().spec().dictionary().kind();
                Map<String, ViewTruth> byView = new LinkedHashMap<>();
                variant.views().forEach((name, view) -> byView.put(name, new ViewTruth(view, kind, truth)));
                byVariant.put(variant.id(), byView);
            }
        }

        @Override
        public List<Runnable> steps(RowBatch labels, Batch batch) {
            rows += labels.rows();
            LongBuffer numbers = labels.documents();
            List<Runnable> steps = new ArrayList<>();
            steps.add(() ->
                    supports = truth.supports(IntStream.range(0, labels.rows()).mapToObj(numbers::get)));
            byVariant
                    .values()
                    .forEach(views -> views.values().forEach(view -> steps.add(() -> view.add(batch, supports))));
            return steps;
        }

        @Override
        public Findings findings(FrozenVariant variant) {
            Map<String, TruthFigures.View> views = new LinkedHashMap<>();
            byVariant.getOrDefault(variant.id(), Map.of()).forEach((name, view) -> views.put(name, view.figures()));
            return Findings.of(Json.mapper().valueToTree(new TruthFigures(truth.features(), rows, views)));
        }
    }
}
