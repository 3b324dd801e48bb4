package dev.sluice.producer.contract;

import dev.sluice.producer.tensor.Dtype;
import java.nio.ByteBuffer;

/**
 * Finds NaN and infinities without converting: a float is not finite if all its exponent bits are set. Eight bytes are
 * tested at once: with everything but the exponents masked out, adding one exponent unit to every lane carries into a
 * lane's sign bit exactly where the exponent was all ones.
 */
final class FiniteScan {
    private FiniteScan() {}

    /**
     * Index of the first element of {@code data} that is NaN or infinite, or -1.
     *
     * @param data little-endian elements from position 0 to the limit
     * @param dtype F16, BF16 or F32
     */
    static long firstNonFinite(ByteBuffer data, Dtype dtype) {
        int lane = switch (dtype) {
            case F16 -> 0x7C00;
            case BF16 -> 0x7F80;
            case F32 -> 0x7F80_0000;
            default -> throw new IllegalArgumentException("dtype must be F16, BF16 or F32, got " + dtype);
        };
        long exponents = repeat(lane, dtype.bytes());
        long unit = repeat(Integer.lowestOneBit(lane), dtype.bytes());
        long signs = repeat(Integer.highestOneBit(lane) << 1, dtype.bytes());
        int end = data.limit();
        int at = 0;
        while (at + Long.BYTES <= end && ((data.getLong(at) & exponents) + unit & signs) == 0) {
            at += Long.BYTES;
        }
        for (; at < end; at += dtype.bytes()) {
            int bits = dtype.bytes() == 2 ? data.getShort(at) : data.getInt(at);
            if ((bits & lane) == lane) {
                return at / dtype.bytes();
            }
        }
        return -1;
    }

    private static long repeat(int lane, int bytes) {
        long bits = Integer.toUnsignedLong(lane);
        return bytes == 2 ? bits * 0x0001_0001_0001_0001L : bits * 0x0000_0001_0000_0001L;
    }
}
