package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;

/**
 * Minibatch K-means on the codes of an SAE: m centroids of [n]. They are placed by greedy k-means++ on the first codes,
 * then each is the mean of the codes that it took; those that take next to none are moved onto codes of the batch, as
 * scikit-learn's are. State.
 */
public final class CodeCentroids implements AutoCloseable {
    private static final String SEEDED = "seeded";

    private final Centres centres;
    private final Seeding seeding;
    private final CentreCare care;
    private boolean seeded;

    /**
     * @param seedRows codes that place the first centroids
     * @param halfLifeTokens after which a code weighs half in its centroid, 0 for never
     */
    public CodeCentroids(NDManager manager, int count, int latents, long seedRows, long halfLifeTokens, long seed) {
        this.centres = new Centres(manager, count, latents);
        this.seeding = new Seeding(manager, centres, seedRows, latents, seed);
        this.care = new Forgetting(new Reassignment(seed), halfLifeTokens);
    }

    /** Whether there are centroids; before that every row keeps its code. */
    public boolean areSeeded() {
        return seeded;
    }

    /** Index of the centroid nearest to each row's code. */
    public int[] nearest(NDArray codes) {
        return centres.assign(codes);
    }

    /** The centroids of these indices, [indices, n], in the caller's scope. */
    public NDArray of(int[] indices) {
        return centres.rows(indices);
    }

    /** Learns from codes that had no centroids yet; those that complete the seeding are the first to move them. */
    public void gather(NDArray codes) {
        float[] values = codes.toFloatArray();
        seeded = seeding.add(values);
        if (seeded) {
            move(values, nearest(codes));
        }
    }

    /** Moves each centroid towards the codes that it took. */
    public void move(NDArray codes, int[] labels) {
        move(codes.toFloatArray(), labels);
    }

    private void move(float[] codes, int[] labels) {
        Scope.run(() -> care.update(centres, codes, labels));
    }

    public void save(StateSink out) {
        out.longs(SEEDED, new long[] {seeded ? 1 : 0});
        if (seeded) {
            centres.save(out);
            care.save(out);
        } else {
            seeding.save(out);
        }
    }

    public void restore(StateSource state) {
        seeded = state.longs(SEEDED)[0] == 1;
        if (seeded) {
            centres.restore(state);
            care.restore(state);
        } else {
            seeding.restore(state);
        }
    }

    @Override
    public void close() {
        seeding.close();
        centres.close();
    }
}
