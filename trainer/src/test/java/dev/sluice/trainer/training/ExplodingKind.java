package dev.sluice.trainer.training;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.dictionary.Descriptor;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Learner;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.Violations;
import java.util.Map;

/** Another kind, whose loss is no number from some step on. */
final class ExplodingKind implements Kind {
    private final Kind kind;
    private final int step;

    ExplodingKind(Kind kind, int step) {
        this.kind = kind;
        this.step = step;
    }

    @Override
    public Descriptor<?> descriptor() {
        return kind.descriptor();
    }

    @Override
    public void check(Violations violations, VariantSpec spec, int width) {
        kind.check(violations, spec, width);
    }

    @Override
    public Cost cost(DictionarySpec dictionary, int width) {
        return kind.cost(dictionary, width);
    }

    @Override
    public Learner create(VariantSpec spec, int width, NDManager manager) {
        return new Exploding(kind.create(spec, width, manager));
    }

    @Override
    public Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager) {
        return new Exploding(kind.restore(spec, width, state, manager));
    }

    private final class Exploding implements Learner {
        private final Learner learner;
        private int steps;

        Exploding(Learner learner) {
            this.learner = learner;
        }

        @Override
        public Map<String, Reconstruction> learn(Batch batch) {
            Map<String, Reconstruction> views = learner.learn(batch);
            if (steps++ < step) {
                return views;
            }
            Reconstruction made = views.values().iterator().next();
            return Map.of(
                    "",
                    new Reconstruction(
                            made.codes(), made.atomNorms(), made.reconstructed(), Map.of("loss", Double.NaN)));
        }

        @Override
        public Map<String, Dictionary> views() {
            return learner.views();
        }

        @Override
        public void save(StateSink out) {
            learner.save(out);
        }

        @Override
        public void close() {
            learner.close();
        }
    }
}
