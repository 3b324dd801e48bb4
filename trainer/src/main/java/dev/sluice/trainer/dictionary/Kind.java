package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.List;
import java.util.Optional;

/** A kind of dictionary: checks specs, makes learners, restores them and freezes checkpoints. */
public interface Kind {
    /**
     * Checks what only this kind knows, before anything is allocated.
     *
     * @param width d of the stream
     * @return one sentence per violation, naming field, value and rule; empty if the spec can be trained
     */
    List<String> violations(VariantSpec spec, int width);

    /** What a dictionary of this kind costs on a stream of this width. */
    Cost cost(DictionarySpec dictionary, int width);

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
        return Kinds.of(spec);
    }
}
