package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;

/**
 * Lets centres forget before each update, so that a row weighs half in its centre after so many further rows.
 *
 * @param care for the centres by this rule
 * @param halfLifeTokens rows after which a row weighs half; 0 for never
 */
record Forgetting(CentreCare care, long halfLifeTokens) implements CentreCare {
    @Override
    public void update(Centres centres, float[] x, int[] labels) {
        if (halfLifeTokens > 0) {
            centres.forget(StrictMath.pow(2, -(double) labels.length / halfLifeTokens));
        }
        care.update(centres, x, labels);
    }

    @Override
    public void save(StateSink out) {
        care.save(out);
    }

    @Override
    public void restore(StateSource state) {
        care.restore(state);
    }
}
