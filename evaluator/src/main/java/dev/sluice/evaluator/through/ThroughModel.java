package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDManager;
import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.job.Computation;
import dev.sluice.evaluator.job.Findings;
import dev.sluice.evaluator.job.FrozenVariant;
import dev.sluice.evaluator.job.Job;
import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.evaluator.rows.RowNeed.Split;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.hub.StreamModels;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.dictionary.Batch;
import java.util.List;
import java.util.Optional;

/**
 * Scores every view of a checkpoint through the language model whose activations it was trained on: held-out windows are
 * run again with the activations of class rest replaced by their reconstructions. Its figures are {@link
 * dev.sluice.evaluator.contract.ModelScores}.
 */
public final class ThroughModel implements Job, AutoCloseable {
    /** For ablations; a mean of fewer rows is another mean from stream to stream. */
    static final long TRAINING_ROWS = 1 << 17;

    private final ModelShelf shelf;
    private final long tokens;
    private final boolean marks;
    private final Scope scope;

    /**
     * @param models where models are
     * @param manager parent of all memory
     * @param tokens held-out tokens that a checkpoint is scored on at most, in whole windows
     * @param marks whether checkpoints on the way are scored, not only final ones
     * @param rows that are replaced, and whose predictions are scored
     */
    public ThroughModel(StreamModels models, NDManager manager, long tokens, boolean marks, RowSet rows) {
        this.shelf = new ModelShelf(models, manager);
        this.tokens = tokens;
        this.marks = marks;
        this.scope = Scope.of(rows);
    }

    @Override
    public String name() {
        return JobResult.THROUGH_MODEL;
    }

    @Override
    public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
        return checkpoint.last() || marks
                ? Optional.of(RowNeed.first(Split.HELDOUT, tokens).inWindows())
                : Optional.empty();
    }

    @Override
    public Optional<RowNeed> trainingRows() {
        return Optional.of(RowNeed.first(Split.TRAIN, TRAINING_ROWS));
    }

    @Override
    public void prepare(StreamSpec stream) {
        shelf.find(stream);
    }

    @Override
    public Computation begin(List<FrozenVariant> variants) {
        StreamSpec stream = variants.get(0).stream();
        Optional<String> missing = shelf.missing(stream);
        return missing.isPresent() ? new Nothing(missing.get()) : new Pass(shelf.open(stream, scope), variants);
    }

    /** Closes the model. On the compute thread, after the last pass. */
    @Override
    public void close() {
        shelf.close();
    }

    /** What can be computed without a model. */
    private record Nothing(String missing) implements Computation {
        @Override
        public List<Runnable> steps(RowBatch rows, Batch batch) {
            return List.of();
        }

        @Override
        public Findings findings(FrozenVariant variant) {
            return Findings.skipped(missing);
        }
    }
}
