package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.kernel.RaggedCodes;
import dev.sluice.trainer.kernel.SparseCodes;
import java.util.Arrays;

/** Codes in compressed rows on the heap: they outlive the tensors that they came from. */
public final class CsrCodes implements Codes {
    private final int[] starts;
    private final int[] latents;
    private final float[] values;

    private CsrCodes(int[] starts, int[] latents, float[] values) {
        this.starts = starts;
        this.latents = latents;
        this.values = values;
    }

    /** No code on any row. */
    public static Codes none(int rows) {
        return new CsrCodes(new int[rows + 1], new int[0], new float[0]);
    }

    /** The first {@code rows} rows of what was selected, without codes of value 0. */
    public static Codes of(RaggedCodes selected, int rows) {
        long[] rowOf = selected.rows().toLongArray();
        long[] latents = selected.latents().toLongArray();
        float[] values = selected.values().toFloatArray();
        int[] starts = new int[rows + 1];
        int[] keptLatents = new int[values.length];
        float[] keptValues = new float[values.length];
        int kept = 0;
        for (int i = 0; i < values.length && rowOf[i] < rows; i++) {
            if (values[i] != 0) {
                keptLatents[kept] = (int) latents[i];
                keptValues[kept++] = values[i];
                starts[(int) rowOf[i] + 1] = kept;
            }
        }
        for (int row = 0; row < rows; row++) {
            starts[row + 1] = Math.max(starts[row + 1], starts[row]);
        }
        return new CsrCodes(starts, keptLatents, keptValues);
    }

    /** The first {@code rows} rows of what was selected, without codes of value 0. */
    public static Codes of(SparseCodes selected, int rows) {
        int k = (int) selected.values().getShape().get(1);
        return of(selected.latents().toLongArray(), selected.values().toFloatArray(), rows, k);
    }

    /** Row i has the codes {@code [i * k, (i + 1) * k)}, ascending; those of value 0 are left out. */
    public static Codes of(long[] latents, float[] values, int rows, int k) {
        int[] starts = new int[rows + 1];
        int[] keptLatents = new int[rows * k];
        float[] keptValues = new float[rows * k];
        int kept = 0;
        for (int row = 0; row < rows; row++) {
            for (int i = row * k; i < (row + 1) * k; i++) {
                if (values[i] != 0) {
                    keptLatents[kept] = (int) latents[i];
                    keptValues[kept++] = values[i];
                }
            }
            starts[row + 1] = kept;
        }
        return new CsrCodes(starts, keptLatents, keptValues);
    }

    /** The first {@code rows} rows of [rows, n], without codes of value 0. */
    public static Codes ofDense(float[] values, int rows, int n) {
        int[] starts = new int[rows + 1];
        for (int i = 0; i < rows * n; i++) {
            starts[i / n + 1] += values[i] != 0 ? 1 : 0;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] keptLatents = new int[starts[rows]];
        float[] keptValues = new float[starts[rows]];
        int kept = 0;
        for (int i = 0; i < rows * n; i++) {
            if (values[i] != 0) {
                keptLatents[kept] = i % n;
                keptValues[kept++] = values[i];
            }
        }
        return new CsrCodes(starts, keptLatents, keptValues);
    }

    @Override
    public long active() {
        return starts[starts.length - 1];
    }

    @Override
    public void forEachRow(RowVisitor visitor) {
        for (int row = 0; row < starts.length - 1; row++) {
            visitor.row(row, latents, values, starts[row], starts[row + 1] - starts[row]);
        }
    }
}
