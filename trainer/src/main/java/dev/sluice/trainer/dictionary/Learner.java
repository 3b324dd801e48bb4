package dev.sluice.trainer.dictionary;

import java.util.Map;

/**
 * A dictionary that learns, one batch after another. Its state after a batch is a function of its spec and of the rows
 * seen; called on the compute thread only.
 */
public interface Learner extends AutoCloseable {
    /**
     * Reconstructs the batch by the rule of inference, as every view sees it before the update, then updates once.
     *
     * @return by name of the view; the only view of an SAE is called ""
     */
    Map<String, Reconstruction> learn(Batch batch);

    /** The views as frozen dictionaries that share this state until the next {@link #learn}; closing them is harmless. */
    Map<String, Dictionary> views();

    /** Writes everything that {@link Kind#restore} needs to go on with the same bits. */
    void save(StateSink out);

    @Override
    void close();
}
