package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
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
 * Gathers the first rows of a stream, in order, and chooses the first centres among them by {@link GreedySeeding}.
 * Where one seeding would hold the compute thread for more than about a second, rows and centres are divided into equal
 * groups, each seeded as soon as its rows are there: cost and memory fall with the number of groups (after Ailon,
 * Jaiswal and Monteleoni 2009, without their merging). State.
 */
final class Seeding implements FirstCentres {
    private static final double MOST_COST = 1e11;
    private static final int LEAST_CENTRES = 16;
    private static final String PLACE = "seeding";
    private static final String ROWS = "seeding-rows";
    private static final String CENTRES = "seeding-centres";

    private final NDManager manager;
    private final GreedySeeding greedy;
    private final int width;
    private final Centres target;
    private final int centres;
    private final long rows;
    private final long seed;
    private final int groups;
    private final float[] chosen;
    private float[] gathered;
    private int gatheredRows;
    private int group;

    Seeding(NDManager manager, Centres target, long rows, int width, long seed) {
        this.manager = manager;
        this.greedy = new GreedySeeding(manager);
        this.width = width;
        this.target = target;
        this.centres = target.count();
        this.rows = rows;
        this.seed = seed;
        this.groups = groups(rows, this.centres, width);
        this.chosen = new float[Math.multiplyExact(this.centres, width)];
        this.gathered = new float[rowsOf(0) * width];
    }

    /** The fewest groups that keep one seeding short; at least {@value #LEAST_CENTRES} centres each. */
    static int groups(long rows, int centres, int width) {
        int groups = 1;
        while (GreedySeeding.cost((double) rows / groups, (double) centres / groups, width) > MOST_COST
                && centres / (groups + 1) >= LEAST_CENTRES) {
            groups++;
        }
        return groups;
    }

    private int rowsOf(int index) {
        return (int) (rows * (index + 1) / groups - rows * index / groups);
    }

    private int firstCentreOf(int index) {
        return (int) ((long) centres * index / groups);
    }

    @Override
    public boolean add(float[] x, IntBuffer tokenIds) {
        return add(x);
    }

    /** Takes rows until there are enough; returns whether there are. */
    boolean add(float[] x) {
        for (int row = 0; row < x.length / width && !isDone(); row++) {
            System.arraycopy(x, row * width, gathered, gatheredRows * width, width);
            gatheredRows++;
            if (gatheredRows == rowsOf(group)) {
                chooseGroup();
            }
        }
        if (isDone()) {
            target.replace(IntStream.range(0, centres).toArray(), chosen, 0);
        }
        return isDone();
    }

    @Override
    public boolean countsItsRows() {
        return false;
    }

    private void chooseGroup() {
        int first = firstCentreOf(group);
        int count = firstCentreOf(group + 1) - first;
        float[] found = greedy.choose(gathered, width, count, new CounterRandom(seed, "kmeans-seeding-" + group));
        System.arraycopy(found, 0, chosen, first * width, found.length);
        group++;
        gatheredRows = 0;
        gathered = isDone() ? new float[0] : new float[rowsOf(group) * width];
    }

    private boolean isDone() {
        return group == groups;
    }

    @Override
    public void save(StateSink out) {
        out.longs(PLACE, new long[] {group, gatheredRows});
        saveRows(out, ROWS, gathered, gatheredRows);
        saveRows(out, CENTRES, chosen, firstCentreOf(group));
    }

    private void saveRows(StateSink out, String name, float[] values, int count) {
        if (count > 0) {
            Scope.run(() -> {
                out.tensor(name, manager.create(Arrays.copyOf(values, count * width), new Shape(count, width)));
            });
        }
    }

    @Override
    public void restore(StateSource state) {
        long[] place = state.longs(PLACE);
        group = (int) place[0];
        gatheredRows = (int) place[1];
        gathered = new float[rowsOf(group) * width];
        restoreRows(state, ROWS, gathered, gatheredRows);
        restoreRows(state, CENTRES, chosen, firstCentreOf(group));
    }

    private void restoreRows(StateSource state, String name, float[] target, int count) {
        if (count > 0) {
            Scope.run(() -> {
                NDArray saved = state.tensor(name, manager);
                System.arraycopy(saved.toFloatArray(), 0, target, 0, count * width);
            });
        }
    }

    @Override
    public void close() {
        greedy.close();
    }
}
