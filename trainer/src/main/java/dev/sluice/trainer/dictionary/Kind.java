package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A kind of dictionary: describes and checks specs, makes learners, restores them and freezes checkpoints. */
public interface Kind {
    /** Its name and its keys. */
    Descriptor<?> descriptor();

    /**
     * Adds what only this kind knows, beside what its keys say of themselves.
     *
     * @param width d of the stream
     */
    void check(Violations violations, VariantSpec spec, int width);

    /**
     * All that is wrong with a spec, before anything is allocated; empty if it can be trained.
     *
     * @param width d of the stream
     */
    default List<Violation> violations(VariantSpec spec, int width) {
        Violations violations = new Violations();
        TrainingKeys.check(violations, spec.training(), descriptor().training().descends());
        descriptor().check(violations, spec.dictionary());
        check(violations, spec, width);
        return violations.found();
    }

    /**
     * The value of a key where users give none on a stream of this width; null if there must be one.
     *
     * @param width of the stream, -1 if unknown
     */
    default @Nullable Object absent(Key key, int width) {
        return key.absent();
    }

    /** What a dictionary of this kind costs on a stream of this width. */
    Cost cost(DictionarySpec dictionary, int width);

    /** Names of the views of its learners; the only one of most kinds is called "". */
    default List<String> views(DictionarySpec dictionary) {
        return List.of("");
    }

    Learner create(VariantSpec spec, int width, NDManager manager);

    Learner restore(VariantSpec spec, int width, StateSource state, NDManager manager);

    /**
     * The weights of a checkpoint, in units of the stream's rows, for other libraries; empty if none has its rule.
     *
     * @throws IllegalStateException if the state has none yet, saying why
     */
    default Optional<SaeWeights> weights(VariantSpec spec, StateSource state) {
        return Optional.empty();
    }

    /** The kind of a spec. */
    static Kind of(VariantSpec spec) {
        return Kinds.ALL.of(spec.dictionary());
    }
}
