package dev.sluice.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.hash.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairwiseDotTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 12, 20, 32, 33, 64, 100, 126, 512})
    void shouldAddEachElementToTheOneHalfTheLengthFurther(int length) {
        CounterRandom random = new CounterRandom(2, "dot");
        float[] a = new float[length + 3];
        float[] b = new float[length + 5];
        float[] products = new float[length];
        for (int i = 0; i < length; i++) {
            a[3 + i] = (float) (random.uniform(2L * i) - 0.5);
            b[5 + i] = (float) (random.uniform(2L * i + 1) - 0.5);
            products[i] = a[3 + i] * b[5 + i];
        }

        assertThat(new PairwiseDot(length).of(a, 3, b, 5)).isEqualTo(sum(products));
    }

    private static float sum(float[] values) {
        if (values.length == 1) {
            return values[0];
        }
        float[] half = Arrays.copyOf(values, (values.length + 1) / 2);
        for (int i = half.length; i < values.length; i++) {
            half[i - half.length] += values[i];
        }
        return sum(half);
    }
}
