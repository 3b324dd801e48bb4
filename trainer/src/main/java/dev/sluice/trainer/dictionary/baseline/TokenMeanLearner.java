package dev.sluice.trainer.dictionary.baseline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.trainer.dictionary.Batch;
import dev.sluice.trainer.dictionary.Dictionary;
import dev.sluice.trainer.dictionary.Reconstruction;
import dev.sluice.trainer.dictionary.RowChoice;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.dictionary.kmeans.AssignedCodes;
import dev.sluice.trainer.dictionary.kmeans.Centres;
import dev.sluice.trainer.dictionary.kmeans.LastNorms;
import dev.sluice.trainer.dictionary.kmeans.TokenMeans;
import dev.sluice.trainer.kernel.Scope;
import java.util.Map;

/**
 * What can be had without reading an activation: x̂ is the mean activation of the row's token id, by one code of value 1,
 * or the mean of all rows, without codes, for an id that was never seen.
 */
final class TokenMeanLearner extends BaselineLearner {
    private final Centres means;
    private final LastNorms norms;

    /**
     * @param manager closed with the learner
     * @param choice of the rows to learn from
     */
    TokenMeanLearner(NDManager manager, int vocabulary, RowChoice choice, int width) {
        super(manager, choice, width);
        this.means = new Centres(manager, vocabulary, width);
        this.norms = new LastNorms(manager, means);
    }

    @Override
    void add(Batch rows) {
        super.add(rows);
        means.update(rows.x().toFloatArray(), ids(rows));
    }

    private int[] ids(Batch batch) {
        return TokenMeans.ids(batch.tokenIds(), batch.rows(), means.count());
    }

    @Override
    Reconstruction reconstruct(Batch batch) {
        int[] seen = seen(ids(batch));
        try (Scope scope = new Scope()) {
            float[] rows = placesOr(seen, mean().toFloats());
            NDArray reconstructed = manager().create(rows, new Shape(seen.length, mean().width()));
            return new Reconstruction(
                    new AssignedCodes(seen), norms.next(scope), scope.keep(reconstructed, manager()), Map.of());
        }
    }

    /** The ids of which there is a mean, {@link Centres#NONE} for others; in place. */
    private int[] seen(int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ids[i] != Centres.NONE && means.counts()[ids[i]] > 0 ? ids[i] : Centres.NONE;
        }
        return ids;
    }

    /** The means of ids, or {@code other}, [ids * width]. */
    private float[] placesOr(int[] ids, float[] other) {
        int[] known = ids.clone();
        for (int i = 0; i < ids.length; i++) {
            known[i] = Math.max(0, ids[i]);
        }
        float[] places = Scope.get(() -> means.rows(known).toFloatArray());
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == Centres.NONE) {
                System.arraycopy(other, 0, places, i * other.length, other.length);
            }
        }
        return places;
    }

    @Override
    Dictionary.Size size() {
        return new Dictionary.Size(means.count(), mean().width(), (means.count() + 1L) * mean().width());
    }

    @Override
    NDArray copyOfAtoms() {
        return means.copy();
    }

    @Override
    public void save(StateSink out) {
        super.save(out);
        means.save(out);
    }

    @Override
    void restore(StateSource state) {
        super.restore(state);
        means.restore(state);
    }

    @Override
    public void close() {
        means.close();
        super.close();
    }
}
