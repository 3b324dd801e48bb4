package dev.sluice.evaluator.through;

import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.job.Computation;
import dev.sluice.evaluator.job.Findings;
import dev.sluice.evaluator.job.FrozenVariant;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.through.Scoring.Run;
import dev.sluice.evaluator.through.StreamReference.Extent;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.dictionary.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One pass over held-out windows: every view of some variants, and the reference runs of batches that lack them. */
final class Pass implements Computation {
    /** Runs in one task of the compute thread, which share the original's distributions. */
    private static final int AT_ONCE = 4;

    private final OpenStream stream;
    private final TrainingRows training;
    private final Map<String, Map<String, Run>> byVariant = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();
    private final Map<String, DocumentSums> references = new TreeMap<>();
    private @Nullable OriginalRun original;

    Pass(OpenStream stream, List<FrozenVariant> variants) {
        this.stream = stream;
        this.training =
                new TrainingRows(stream.scope().replaced(), stream.spec().width());
        for (FrozenVariant variant : variants) {
            Map<String, Run> views = new TreeMap<>();
            variant.views().forEach((name, view) -> views.put(name, Run.of(Substitute.reconstruction(view))));
            byVariant.put(variant.id(), views);
            runs.addAll(views.values());
        }
    }

    @Override
    public boolean needsTrainingRows() {
        return stream.reference().ablations() == null;
    }

    @Override
    public List<Runnable> trainingSteps(RowBatch rows, Batch batch) {
        return List.of(() -> training.add(rows, batch));
    }

    @Override
    public List<Runnable> steps(RowBatch rows, Batch batch) {
        Extent extent = new Extent(rows.firstRow(), rows.rows());
        List<WindowGroup> groups = WindowGroup.of(rows);
        List<Runnable> steps = new ArrayList<>();
        steps.add(() -> original =
                stream.reference().original(extent, () -> stream.scoring().original(batch, groups)));
        if (stream.reference().sums(extent) == null) {
            steps.add(() -> stream.reference().put(extent, referenceSums(groups, rows, batch)));
        }
        for (int first = 0; first < runs.size(); first += AT_ONCE) {
            List<Run> some = runs.subList(first, Math.min(runs.size(), first + AT_ONCE));
            steps.add(() -> stream.scoring().add(some, original(), groups, rows, batch));
        }
        steps.add(() -> end(extent));
        return steps;
    }

    private OriginalRun original() {
        return Objects.requireNonNull(original, "the original run comes first");
    }

    private Map<String, DocumentSums> referenceSums(List<WindowGroup> groups, RowBatch rows, Batch batch) {
        Map<String, Run> ablated = new LinkedHashMap<>();
        ablations().all().forEach((name, substitute) -> ablated.put(name, Run.of(substitute)));
        stream.scoring().add(List.copyOf(ablated.values()), original(), groups, rows, batch);
        Map<String, DocumentSums> sums = new TreeMap<>();
        ablated.forEach((name, run) -> sums.put(name, run.sums()));
        DocumentSums ofOriginal = new DocumentSums();
        stream.scoring().addOriginal(ofOriginal, original(), groups);
        sums.put(ModelScores.ORIGINAL, ofOriginal);
        return sums;
    }

    private Ablations ablations() {
        Ablations known = stream.reference().ablations();
        if (known != null) {
            return known;
        }
        Ablations made = new Ablations(training, stream.memory(), stream.splice());
        stream.reference().put(made);
        return made;
    }

    private void end(Extent extent) {
        Map<String, DocumentSums> ofBatch =
                Objects.requireNonNull(stream.reference().sums(extent));
        ofBatch.forEach((name, sums) ->
                references.computeIfAbsent(name, any -> new DocumentSums()).addAll(sums));
        close();
    }

    @Override
    public Findings findings(FrozenVariant variant) {
        Scores scores = new Scores(stream.spec(), stream.scope(), references);
        Map<String, DocumentSums> views = new TreeMap<>();
        byVariant.getOrDefault(variant.id(), Map.of()).forEach((name, run) -> views.put(name, run.sums()));
        return Findings.of(Json.mapper().valueToTree(scores.of(views)));
    }

    /** Also after a batch that was left half done. */
    @Override
    public void close() {
        if (original != null) {
            stream.reference().release(original);
            original = null;
        }
    }
}
