package dev.sluice.trainer.dictionary.kmeans;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.trainer.dictionary.StateSink;
import dev.sluice.trainer.dictionary.StateSource;
import dev.sluice.trainer.kernel.Scope;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * K centres, float32 [K, d], with the number of rows that each has taken: exact assignment and scikit-learn's minibatch
 * update (MATHEMATICS.md, "K-means"). An assignment never holds more than a block of rows x K.
 */
public final class Centres implements AutoCloseable {
    /** From so many on bounds cost less than the whole product (measured at d 128 and 512). */
    static final int LEAST_BOUNDED = 8192;

    /** The label of a row that no centre takes. */
    public static final int NONE = -1;

    private static final String CENTRES = "centres";
    private static final String COUNTS = "counts";

    /** Instead of the latter where some are no whole numbers. */
    private static final String DECAYED_COUNTS = "decayed-counts";

    private final NDManager manager;
    private final TorchProgram program;
    private final int width;
    private final double[] counts;

    /** [K rounded up to groups, d]; no row is nearest to one beyond K, whose half norm is infinite. */
    private final NDArray centres;

    /** ‖c‖² / 2. */
    private final NDArray halves;

    /** Made when rows are first assigned: who only counts has no use for its memory. */
    private @Nullable Nearest nearest;

    public Centres(NDManager parent, int count, int width) {
        this.manager = parent.newSubManager();
        this.program = TorchProgram.load(manager, Centres.class, "kmeans.ts");
        this.width = width;
        this.counts = new double[count];
        int padded = (count + Nearest.GROUP - 1) / Nearest.GROUP * Nearest.GROUP;
        float[] infinite = new float[padded];
        Arrays.fill(infinite, count, padded, Float.POSITIVE_INFINITY);
        try (Scope scope = new Scope()) {
            centres = scope.keep(manager.zeros(new Shape(padded, width)), manager);
            halves = scope.keep(manager.create(infinite), manager);
        }
    }

    public int count() {
        return counts.length;
    }

    /** Rows taken by each centre since it was last reassigned, less what was forgotten; not to be changed. */
    public double[] counts() {
        return counts;
    }

    /** Index of each row's nearest centre, ties to the lower one. */
    int[] assign(NDArray x) {
        Nearest search = nearest;
        if (search == null) {
            search = count() >= LEAST_BOUNDED && !manager.getDevice().isGpu()
                    ? new BoundedNearest(manager, centres, halves)
                    : new WholeProduct(manager, centres, halves);
            nearest = search;
        }
        return search.of(x);
    }

    /** Multiplies every count by {@code factor}, so that later rows weigh more. */
    void forget(double factor) {
        for (int c = 0; c < counts.length; c++) {
            counts[c] *= factor;
        }
    }

    /** Of each row from the centre of its label, float64, [rows]. */
    double[] squaredDistances(float[] x, int[] labels) {
        double[] distances = new double[labels.length];
        float[] nearest = Scope.get(() -> rows(labels).toFloatArray());
        for (int i = 0; i < x.length; i++) {
            double difference = (double) x[i] - nearest[i];
            distances[i / width] += difference * difference;
        }
        return distances;
    }

    /** The centres of these indices, float32 [indices, d], in the caller's scope or manager. */
    public NDArray rows(int[] indices) {
        return program.callForOne("rows", centres, index(indices));
    }

    private NDArray index(int[] indices) {
        return manager.create(Arrays.stream(indices).asLongStream().toArray());
    }

    /** Moves each centre to the mean of all rows it has taken: c ← (c N + Σ x) / (N + b), N ← N + b. Labels may be {@link
     * #NONE}. */
    public void update(float[] x, int[] labels) {
        int[] taken = new int[counts.length];
        for (int label : labels) {
            if (label != NONE) {
                taken[label]++;
            }
        }
        int[] touched = indicesOfPositive(taken);
        int[] place = new int[counts.length];
        Arrays.setAll(place, i -> -1);
        for (int i = 0; i < touched.length; i++) {
            place[touched[i]] = i;
        }
        double[] sums = weighted(touched);
        for (int row = 0; row < labels.length; row++) {
            int to = labels[row] == NONE ? NONE : place[labels[row]] * width;
            for (int i = 0; to != NONE && i < width; i++) {
                sums[to + i] += x[row * width + i];
            }
        }
        float[] moved = new float[sums.length];
        for (int t = 0; t < touched.length; t++) {
            counts[touched[t]] += taken[touched[t]];
            for (int i = t * width; i < (t + 1) * width; i++) {
                moved[i] = (float) (sums[i] / counts[touched[t]]);
            }
        }
        put(touched, moved);
    }

    private static int[] indicesOfPositive(int[] values) {
        int[] indices = new int[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                indices[count++] = i;
            }
        }
        return Arrays.copyOf(indices, count);
    }

    /** c N of some centres. */
    private double[] weighted(int[] indices) {
        double[] weighted = new double[indices.length * width];
        Scope.run(() -> {
            float[] current = rows(indices).toFloatArray();
            for (int i = 0; i < current.length; i++) {
                weighted[i] = current[i] * counts[indices[i / width]];
            }
        });
        return weighted;
    }

    /** Gives some centres new places and counts. */
    void replace(int[] indices, float[] rows, double count) {
        put(indices, rows);
        for (int index : indices) {
            counts[index] = count;
        }
    }

    private void put(int[] indices, float[] rows) {
        float[] rowHalves = new float[indices.length];
        for (int r = 0; r < indices.length; r++) {
            double squares = 0;
            for (int i = r * width; i < (r + 1) * width; i++) {
                squares += (double) rows[i] * rows[i];
            }
            rowHalves[r] = (float) (squares / 2);
            requireFinite(rowHalves[r], indices[r]);
        }
        Scope.run(() -> {
            NDArray values = manager.create(rows, new Shape(indices.length, width));
            program.call("put", centres, halves, index(indices), values, manager.create(rowHalves));
        });
        if (nearest != null) {
            nearest.moved(indices);
        }
    }

    private static void requireFinite(float half, int index) {
        if (!Float.isFinite(half)) {
            throw new IllegalArgumentException(
                    "a centre must be finite, and its squared norm a float32; centre " + index + " is not");
        }
    }

    /** ‖c‖, float32 [K], in the caller's scope or manager. */
    NDArray norms() {
        return halves.get(new NDIndex(":{}", count())).mul(2).sqrt();
    }

    /** A copy of the centres, float32 [K, d], in the caller's scope or manager. */
    public NDArray copy() {
        return centres.get(new NDIndex(":{}", count())).duplicate();
    }

    public void save(StateSink out) {
        Scope.run(() -> {
            out.standing(CENTRES, centres.get(new NDIndex(":{}", count())));
        });
        if (Arrays.stream(counts).allMatch(n -> n == Math.rint(n))) {
            out.longs(COUNTS, Arrays.stream(counts).mapToLong(n -> (long) n).toArray());
        } else {
            out.doubles(DECAYED_COUNTS, counts);
        }
    }

    public void restore(StateSource state) {
        double[] saved = state.has(DECAYED_COUNTS)
                ? state.doubles(DECAYED_COUNTS)
                : Arrays.stream(state.longs(COUNTS)).asDoubleStream().toArray();
        Scope.run(() -> {
            NDArray values = state.tensor(CENTRES, manager);
            Shape expected = new Shape(count(), width);
            if (!values.getShape().equals(expected) || saved.length != count()) {
                throw new IllegalArgumentException(
                        "saved " + CENTRES + " and " + COUNTS + " must have the spec's shape " + expected + ", got "
                                + values.getShape() + " and " + saved.length);
            }
            int[] all = new int[count()];
            Arrays.setAll(all, i -> i);
            put(all, values.toFloatArray());
        });
        System.arraycopy(saved, 0, counts, 0, saved.length);
    }

    @Override
    public void close() {
        if (nearest != null) {
            nearest.close();
        }
        program.close();
        manager.close();
    }
}
