package dev.sluice.producer.publish;

import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.Rows;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.HalfFloats;

/** How rows are stored: the choice of {@code dtype: auto}, and the check that every later value fits. */
public final class RowDtype {
    /** {@code auto} takes F16 if no |x| of the first block reaches this: an eighth of what F16 can hold. */
    private static final float AUTO_LIMIT = 8192;

    private RowDtype() {}

    /** F16 if no |x| of the first block reaches 8,192, else F32. */
    public static Dtype choose(Rows train, Rows heldout) {
        return Math.max(train.peak(), heldout.peak()) < AUTO_LIMIT ? Dtype.F16 : Dtype.F32;
    }

    /**
     * @throws PublishException if a value would become infinite; it is never clamped
     */
    public static void requireFits(Dtype dtype, String hook, Rows rows) {
        for (int row = 0; row < rows.count(); row++) {
            if (!fits(dtype, rows.peak(row))) {
                throw new PublishException("activations of " + hook + " must fit the stream's dtype " + dtype
                        + ", got |x| = " + rows.peak(row) + " at " + rows.placeOf(row)
                        + "; the rows before this block are published and stay. Start the producer with dtype F32,"
                        + " which is another stream");
            }
        }
    }

    private static boolean fits(Dtype dtype, float peak) {
        return switch (dtype) {
            case F16 -> !Float.isInfinite(HalfFloats.fromHalf(HalfFloats.toHalf(peak)));
            case BF16 -> !Float.isInfinite(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(peak)));
            default -> true;
        };
    }
}
