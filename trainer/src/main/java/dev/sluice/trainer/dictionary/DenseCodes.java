package dev.sluice.trainer.dictionary;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.BitSet;

/** Codes that are too many to list: a view of a dense float32 [rows, n] tensor, valid as long as that is. */
public final class DenseCodes implements Codes {
    private final FloatBuffer values;
    private final int rows;
    private final int latents;
    private final Activation activation;

    /** What a code is, of what the tensor holds. */
    @FunctionalInterface
    public interface Activation {
        float of(int latent, float value);
    }

    /** @param rows the first ones of {@code values} */
    public DenseCodes(NDArray values, int rows) {
        this(values, rows, (latent, value) -> value);
    }

    /** @param rows the first ones of {@code values} */
    public DenseCodes(NDArray values, int rows, Activation activation) {
        this.activation = activation;
        this.values = values.toDevice(Device.cpu(), false).toByteBuffer(true).asFloatBuffer();
        this.rows = rows;
        this.latents = (int) values.getShape().get(1);
    }

    /** The mean over rows of a number of codes, int64 []. */
    public static double perRow(NDArray number, NDArray codes) {
        return (double) number.getLong() / codes.getShape().get(0);
    }

    /** Latents that are active on any row, by the largest value of each, [n], none of which is negative. */
    public static BitSet fired(NDArray peaks) {
        BitSet fired = new BitSet();
        float[] largest = peaks.toFloatArray();
        for (int latent = 0; latent < largest.length; latent++) {
            fired.set(latent, largest[latent] > 0);
        }
        return fired;
    }

    @Override
    public long active() {
        long[] sum = new long[1];
        forEachRow((row, active, activeValues, from, count) -> sum[0] += count);
        return sum[0];
    }

    @Override
    public void forEachRow(RowVisitor visitor) {
        float[] dense = new float[latents];
        int[] active = new int[latents];
        float[] activeValues = new float[latents];
        for (int row = 0; row < rows; row++) {
            values.get(row * latents, dense);
            int count = 0;
            for (int latent = 0; latent < latents; latent++) {
                float value = activation.of(latent, dense[latent]);
                // Written always, kept if active: where half of them are, a branch costs more than the writes.
                active[count] = latent;
                activeValues[count] = value;
                count += value != 0 ? 1 : 0;
            }
            visitor.row(row, active, activeValues, 0, count);
        }
    }
}
