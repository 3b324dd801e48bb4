package dev.sluice.producer.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Conversion between float and the two 16-bit floats: IEEE 754 binary16 ("half") and bfloat16. Narrowing rounds to the
 * nearest, ties to even; too large values become infinite; NaN stays NaN.
 */
public final class HalfFloats {
    private static final float[] HALF_VALUES = halfValues();

    private static final int FLOAT_INFINITY = 0x7F80_0000;
    private static final int FLOAT_SMALLEST_NORMAL_HALF = 0x3880_0000; // 2^-14
    private static final int FLOAT_HALF_OVERFLOW = 0x477F_F000; // 65,520: midway from the largest half to 2^16
    private static final int EXPONENT_BIAS_DIFFERENCE = (127 - 15) << 23;

    private HalfFloats() {}

    public static float fromHalf(short half) {
        return HALF_VALUES[half & 0xFFFF];
    }

    public static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7FFF_FFFF;
        return (short) (sign | halfMagnitude(magnitude));
    }

    private static int halfMagnitude(int magnitude) {
        if (magnitude > FLOAT_INFINITY) {
            return 0x7E00 | ((magnitude >>> 13) & 0x3FF);
        }
        if (magnitude >= FLOAT_HALF_OVERFLOW) {
            return 0x7C00;
        }
        if (magnitude < FLOAT_SMALLEST_NORMAL_HALF) {
            // Floats in [0.5, 1) are 2^-24 apart, as subnormal halves are: the addition rounds to one of them.
            return Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - Float.floatToRawIntBits(0.5f);
        }
        int toEven = (magnitude >>> 13) & 1;
        return (magnitude - EXPONENT_BIAS_DIFFERENCE + 0xFFF + toEven) >>> 13;
    }

    public static float fromBfloat16(short bfloat16) {
        return Float.intBitsToFloat(bfloat16 << 16);
    }

    public static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7FFF_FFFF) > FLOAT_INFINITY) {
            return (short) ((bits >>> 16) | 0x40);
        }
        int toEven = (bits >>> 16) & 1;
        return (short) ((bits + 0x7FFF + toEven) >>> 16);
    }

    /** Reads as many halves as {@code target} has room for from {@code source}'s position; moves only the target. */
    public static void widenHalves(ByteBuffer source, FloatBuffer target) {
        ShortBuffer halves = shorts(source, target.remaining());
        int count = target.remaining();
        int start = target.position();
        for (int i = 0; i < count; i++) {
            target.put(start + i, HALF_VALUES[halves.get(i) & 0xFFFF]);
        }
        target.position(start + count);
    }

    /** Reads as many bfloat16s as {@code target} has room for from {@code source}'s position; moves only the target. */
    public static void widenBfloat16s(ByteBuffer source, FloatBuffer target) {
        ShortBuffer bfloat16s = shorts(source, target.remaining());
        int count = target.remaining();
        int start = target.position();
        for (int i = 0; i < count; i++) {
            target.put(start + i, Float.intBitsToFloat(bfloat16s.get(i) << 16));
        }
        target.position(start + count);
    }

    /** Writes all that remains of {@code source} as halves at {@code target}'s position; moves neither. */
    public static void narrowToHalves(FloatBuffer source, ByteBuffer target) {
        int count = source.remaining();
        ShortBuffer halves = shorts(target, count);
        int start = source.position();
        for (int i = 0; i < count; i++) {
            halves.put(i, toHalf(source.get(start + i)));
        }
    }

    /** Writes all that remains of {@code source} as bfloat16s at {@code target}'s position; moves neither. */
    public static void narrowToBfloat16s(FloatBuffer source, ByteBuffer target) {
        int count = source.remaining();
        ShortBuffer bfloat16s = shorts(target, count);
        int start = source.position();
        for (int i = 0; i < count; i++) {
            bfloat16s.put(i, toBfloat16(source.get(start + i)));
        }
    }

    private static ShortBuffer shorts(ByteBuffer buffer, int count) {
        ShortBuffer shorts = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        if (shorts.remaining() < count) {
            throw new IllegalArgumentException(
                    "the buffer must hold " + count + " 16-bit floats, got " + shorts.remaining());
        }
        return shorts;
    }

    private static float[] halfValues() {
        float[] values = new float[1 << 16];
        for (int half = 0; half < values.length; half++) {
            values[half] = halfValue(half);
        }
        return values;
    }

    private static float halfValue(int half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1F;
        int mantissa = half & 0x3FF;
        if (exponent == 0x1F) {
            return Float.intBitsToFloat(sign | 0x7F80_0000 | (mantissa << 13));
        }
        float magnitude = exponent == 0
                ? mantissa * 0x1p-24f
                : Float.intBitsToFloat(((exponent << 23) | (mantissa << 13)) + EXPONENT_BIAS_DIFFERENCE);
        return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
    }
}
