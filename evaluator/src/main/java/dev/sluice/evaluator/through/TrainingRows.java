package dev.sluice.evaluator.through;

import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.trainer.dictionary.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ablations take from the first training rows: the mean of those of the classes that are replaced, and some of them
 * by position, to stand in for others. Training rows are of other documents than held-out ones.
 */
final class TrainingRows {
    /** Kept of each position. */
    private static final int DONORS = 8;

    private final Map<Integer, List<Integer>> byPosition = new TreeMap<>();
    private final List<float[]> donors = new ArrayList<>();
    private final RowSet set;
    private final double[] sum;
    private long rows;

    /**
     * @param set rows that count
     * @param width of a row
     */
    TrainingRows(RowSet set, int width) {
        this.set = set;
        this.sum = new double[width];
    }

    void add(RowBatch labels, Batch batch) {
        float[] values = batch.x().toFloatArray();
        for (int row = 0; row < labels.rows(); row++) {
            if (set.has(labels.classes().get(row))) {
                rows++;
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += values[row * sum.length + i];
                }
                offer(labels.positions().get(row), values, row);
            }
        }
    }

    private void offer(int position, float[] values, int row) {
        List<Integer> known = byPosition.computeIfAbsent(position, any -> new ArrayList<>());
        if (known.size() < DONORS) {
            known.add(donors.size());
            float[] donor = new float[sum.length];
            System.arraycopy(values, row * sum.length, donor, 0, sum.length);
            donors.add(donor);
        }
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /** [width]; zeros if there is no row. */
    float[] mean() {
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / Math.max(1, rows));
        }
        return mean;
    }

    /** [number of donors * width], row by row. */
    float[] donors() {
        float[] all = new float[donors.size() * sum.length];
        for (int i = 0; i < donors.size(); i++) {
            System.arraycopy(donors.get(i), 0, all, i * sum.length, sum.length);
        }
        return all;
    }

    int donorCount() {
        return donors.size();
    }

    /**
     * Which donor stands in for a row; there is at least one.
     *
     * @param position of the row; where no training row has it, a donor of any position does
     * @param turn goes round the donors of the position
     */
    int donor(int position, long turn) {
        List<Integer> same = byPosition.get(position);
        return same == null
                ? (int) Math.floorMod(turn, (long) donors.size())
                : same.get((int) Math.floorMod(turn, (long) same.size()));
    }
}
