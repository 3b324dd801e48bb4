package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;

/** A rule by which centres that are of no use are moved to rows of a batch. State. */
interface CentreCare {
    /**
     * Updates the centres by a batch, and moves those that the rule says.
     *
     * @param x [rows * width]
     * @param labels nearest centres of the rows
     */
    void update(Centres centres, float[] x, int[] labels);

    void save(StateSink out);

    void restore(StateSource state);
}
