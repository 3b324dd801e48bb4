package dev.sluice.trainer.dictionary.baseline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.RunningMean;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;
import java.util.Map;

/** A dictionary without gradients: the mean of the rows seen, and what each baseline adds to it. One view. */
abstract class BaselineLearner implements Learner {
    private final NDManager manager;
    private final RowChoice choice;
    private final RunningMean mean;

    /**
     * @param manager closed with the learner
     * @param choice of the rows to learn from
     */
    BaselineLearner(NDManager manager, RowChoice choice, int width) {
        this.manager = manager;
        this.choice = choice;
        this.mean = new RunningMean(width);
    }

    final NDManager manager() {
        return manager;
    }

    final RunningMean mean() {
        return mean;
    }

    /** Learns from rows that are not skipped, in a scope of its own. */
    void add(Batch rows) {
        mean.add(rows.x());
    }

    abstract Reconstruction reconstruct(Batch batch);

    abstract Dictionary.Size size();

    /** A copy of the atoms, [n, d], in the caller's scope. */
    abstract NDArray copyOfAtoms();

    @Override
    public final Map<String, Reconstruction> learn(Batch batch) {
        Reconstruction before = reconstruct(batch);
        Scope.run(() -> choice.learned(batch).ifPresent(this::add));
        return Map.of("", before);
    }

    @Override
    public final Map<String, Dictionary> views() {
        return Map.of("", new View());
    }

    @Override
    public void save(StateSink out) {
        mean.save(out);
    }

    void restore(StateSource state) {
        mean.restore(state);
    }

    @Override
    public void close() {
        manager.close();
    }

    private final class View implements Dictionary {
        @Override
        public Size size() {
            return BaselineLearner.this.size();
        }

        @Override
        public Reconstruction reconstruct(Batch batch) {
            return BaselineLearner.this.reconstruct(batch);
        }

        @Override
        public NDArray atoms() {
            try (Scope scope = new Scope()) {
                return scope.keep(copyOfAtoms(), manager);
            }
        }

        @Override
        public void close() {
            // The state is the learner's.
        }
    }
}
