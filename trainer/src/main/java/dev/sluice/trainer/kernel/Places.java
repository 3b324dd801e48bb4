package dev.sluice.trainer.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/** Places of a matrix, of some of its rows, one row after another. */
final class Places {
    private long[] rows = new long[1024];
    private long[] latents = new long[1024];
    private final int[] starts;
    private int count;

    /** @param most rows that have places */
    Places(int most) {
        this.starts = new int[most + 1];
    }

    /**
     * Adds those of a row.
     *
     * @param i how many rows were added before, those without places too
     * @param ofRow latents, ascending
     */
    void add(int i, int number, long[] ofRow) {
        int begin = starts[i];
        int end = begin + ofRow.length;
        if (end > rows.length) {
            int capacity = Math.max(2 * rows.length, end);
            rows = Arrays.copyOf(rows, capacity);
            latents = Arrays.copyOf(latents, capacity);
        }
        Arrays.fill(rows, begin, end, number);
        System.arraycopy(ofRow, 0, latents, begin, ofRow.length);
        starts[i + 1] = end;
        count = end;
    }

    int count() {
        return count;
    }

    /** Where those of the i-th row that was added begin. */
    int start(int i) {
        return starts[i];
    }

    int latent(int at) {
        return (int) latents[at];
    }

    /** Int64 [count]. */
    NDArray rows(NDManager manager) {
        return manager.create(Arrays.copyOf(rows, count));
    }

    /** Int64 [count]. */
    NDArray latents(NDManager manager) {
        return manager.create(Arrays.copyOf(latents, count));
    }
}
