package dev.sluice.producer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {
    /** Binary16 by its definition, in double. */
    private static double reference(int half) {
        int exponent = (half >> 10) & 31;
        int mantissa = half & 1023;
        double magnitude = exponent == 0 ? mantissa * 0x1p-24 : (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
        return (half & 0x8000) == 0 ? magnitude : -magnitude;
    }

    @Test
    void shouldWidenEveryHalfExactlyAndReturn() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloats.fromHalf((short) bits);
            if ((bits & 0x7C00) == 0x7C00) {
                assertThat(Float.isFinite(value)).isFalse();
                assertThat(Float.isNaN(value)).isEqualTo((bits & 0x3FF) != 0);
            } else {
                assertThat((double) value).isEqualTo(reference(bits));
            }
            int back = HalfFloats.toHalf(value) & 0xFFFF;
            assertThat(back == bits || (Float.isNaN(value) && (back & 0x7C00) == 0x7C00 && (back & 0x3FF) != 0))
                    .as("half %04x came back as %04x", bits, back)
                    .isTrue();
        }
    }

    @Test
    void shouldRoundToTheNearestHalfTiesToEven() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = HalfFloats.fromHalf((short) bits);
            float high = HalfFloats.fromHalf((short) (bits + 1));
            float middle = (float) (((double) low + high) / 2);
            int even = (bits & 1) == 0 ? bits : bits + 1;
            assertThat(HalfFloats.toHalf(middle) & 0xFFFF).isEqualTo(even);
            assertThat(HalfFloats.toHalf(-middle) & 0xFFFF).isEqualTo(even | 0x8000);
            assertThat(HalfFloats.toHalf(Math.nextDown(middle)) & 0xFFFF).isEqualTo(bits);
            assertThat(HalfFloats.toHalf(Math.nextUp(middle)) & 0xFFFF).isEqualTo(bits + 1);
        }
        assertThat(HalfFloats.toHalf(Math.nextDown(65_520f))).isEqualTo((short) 0x7BFF);
        assertThat(HalfFloats.toHalf(65_520f)).isEqualTo((short) 0x7C00);
        assertThat(HalfFloats.toHalf(Float.MAX_VALUE)).isEqualTo((short) 0x7C00);
        assertThat(HalfFloats.toHalf(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xFC00);
        assertThat(HalfFloats.toHalf(Float.MIN_VALUE)).isZero();
        assertThat(HalfFloats.toHalf(Float.intBitsToFloat(0x7F80_0001)) & 0x7FFF)
                .isGreaterThan(0x7C00);
    }

    @Test
    void shouldWidenEveryBfloat16AndReturn() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloats.fromBfloat16((short) bits);
            int back = HalfFloats.toBfloat16(value) & 0xFFFF;
            assertThat(back == bits || (Float.isNaN(value) && back == (bits | 0x40)))
                    .isTrue();
        }
    }

    @Test
    void shouldRoundToTheNearestBfloat16TiesToEven() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(value)) {
                continue;
            }
            int bits = HalfFloats.toBfloat16(value) & 0xFFFF;
            if (Float.isInfinite(HalfFloats.fromBfloat16((short) bits))) {
                assertThat(Math.abs(value)).isGreaterThanOrEqualTo(0x1.FFp127f);
                continue;
            }
            BigDecimal error = distance(value, bits);
            for (int neighbour : new int[] {bits - 1, bits + 1}) {
                if ((neighbour & 0x7F80) != 0x7F80 && (neighbour & 0x8000) == (bits & 0x8000)) {
                    int comparison = error.compareTo(distance(value, neighbour));
                    assertThat(comparison < 0 || (comparison == 0 && (bits & 1) == 0))
                            .isTrue();
                }
            }
        }
    }

    private static BigDecimal distance(float value, int bfloat16) {
        return new BigDecimal(value)
                .subtract(new BigDecimal(HalfFloats.fromBfloat16((short) bfloat16)))
                .abs();
    }

    @Test
    void shouldConvertInBulkAtAnyAlignment() {
        Random random = new Random(2);
        float[] values = new float[1_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 140_000 * (random.nextFloat() - 0.5f);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(2_001).position(1);
        float[] back = new float[values.length];

        HalfFloats.narrowToHalves(FloatBuffer.wrap(values), bytes);
        HalfFloats.widenHalves(bytes, FloatBuffer.wrap(back));
        for (int i = 0; i < values.length; i++) {
            assertThat(back[i]).isEqualTo(HalfFloats.fromHalf(HalfFloats.toHalf(values[i])));
        }

        HalfFloats.narrowToBfloat16s(FloatBuffer.wrap(values), bytes);
        HalfFloats.widenBfloat16s(bytes, FloatBuffer.wrap(back));
        for (int i = 0; i < values.length; i++) {
            assertThat(back[i]).isEqualTo(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(values[i])));
        }
        assertThat(bytes.position()).isEqualTo(1);
    }

    @Test
    void shouldRefuseABufferThatIsTooSmall() {
        assertThatThrownBy(() -> HalfFloats.widenHalves(ByteBuffer.allocate(3), FloatBuffer.allocate(2)))
                .hasMessageContaining("2")
                .hasMessageContaining("got 1");
    }
}
