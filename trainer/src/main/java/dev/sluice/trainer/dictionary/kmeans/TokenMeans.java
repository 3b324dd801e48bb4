package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.hash.CounterRandom;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Centre v begins as the mean activation of the rows whose token has id v, with their number as its count
 * (MATHEMATICS.md, "K-means"); centres of tokens that the first rows do not have begin at different ones of these rows,
 * with a count of 1. Rows of ids without a centre only serve as such. It ends with the batch that reaches the number of
 * rows.
 *
 * @see <a href="https://doi.org/10.1145/3147.3165">Vitter 1985, algorithm R: the rows kept for the latter</a>
 */
public final class TokenMeans implements FirstCentres {
    private static final String SEEN = "reservoir-seen";
    private static final String ROWS = "reservoir-rows";

    private final NDManager manager;
    private final Centres centres;
    private final int width;
    private final long rows;
    private final CounterRandom random;
    private final CounterRandom draws;

    /** As many rows as there are centres; the first ones are filled first. */
    private float[] reservoir;

    private long seen;

    /** @param rows at least as many as centres */
    TokenMeans(NDManager manager, Centres centres, long rows, int width, long seed) {
        this.manager = manager;
        this.centres = centres;
        this.width = width;
        this.rows = rows;
        this.random = new CounterRandom(seed, "kmeans-reservoir");
        this.draws = new CounterRandom(seed, "kmeans-unseen");
        this.reservoir = new float[Math.multiplyExact(centres.count(), width)];
    }

    @Override
    public boolean add(float[] x, IntBuffer tokenIds) {
        int count = x.length / width;
        for (int row = 0; row < count; row++) {
            keep(x, row);
        }
        int[] ids = ids(tokenIds, count, centres.count());
        centres.update(x, ids);
        if (seen < rows) {
            return false;
        }
        placeUnseen();
        reservoir = new float[0];
        return true;
    }

    /** Token ids of rows, {@link Centres#NONE} for those that are no index of a centre. */
    public static int[] ids(IntBuffer tokenIds, int count, int centres) {
        int[] ids = new int[count];
        tokenIds.duplicate().get(ids);
        for (int i = 0; i < count; i++) {
            ids[i] = ids[i] >= 0 && ids[i] < centres ? ids[i] : Centres.NONE;
        }
        return ids;
    }

    private void keep(float[] x, int row) {
        int slots = reservoir.length / width;
        long slot = seen < slots ? seen : (long) (random.uniform(seen) * (seen + 1));
        if (slot < slots) {
            System.arraycopy(x, row * width, reservoir, (int) slot * width, width);
        }
        seen++;
    }

    private void placeUnseen() {
        double[] counts = centres.counts();
        int[] unseen =
                IntStream.range(0, counts.length).filter(v -> counts[v] == 0).toArray();
        int[] drawn = DistinctDraw.uniform(draws, 0, centres.count(), unseen.length);
        float[] places = new float[unseen.length * width];
        for (int i = 0; i < unseen.length; i++) {
            System.arraycopy(reservoir, drawn[i] * width, places, i * width, width);
        }
        if (unseen.length > 0) {
            centres.replace(unseen, places, 1);
        }
    }

    @Override
    public boolean countsItsRows() {
        return true;
    }

    @Override
    public void save(StateSink out) {
        out.longs(SEEN, new long[] {seen});
        centres.save(out);
        int filled = filled();
        if (filled > 0) {
            Scope.run(() -> {
                float[] kept = Arrays.copyOf(reservoir, filled * width);
                out.tensor(ROWS, manager.create(kept, new Shape(filled, width)));
            });
        }
    }

    private int filled() {
        return (int) Math.min(seen, centres.count());
    }

    @Override
    public void restore(StateSource state) {
        seen = state.longs(SEEN)[0];
        centres.restore(state);
        if (filled() > 0) {
            Scope.run(() -> {
                float[] kept = state.tensor(ROWS, manager).toFloatArray();
                System.arraycopy(kept, 0, reservoir, 0, filled() * width);
            });
        }
    }

    @Override
    public void close() {
        // It has nothing but the learner's.
    }
}
