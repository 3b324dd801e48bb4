package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MixingOrderTest {
    @Test
    void shouldPermuteEveryRowOnce() {
        for (int rows : new int[] {0, 1, 2, 1000}) {
            int[] order = MixingOrder.permutation(5, 3, rows);
            Arrays.sort(order);
            assertThat(order).isEqualTo(MixingOrder.identity(rows));
        }
    }

    @Test
    void shouldBeTheSpecifiedOrderForEver() {
        // computed by an implementation of the Javadoc in Python
        assertThat(MixingOrder.permutation(42, 7, 10)).containsExactly(8, 1, 7, 3, 6, 2, 4, 5, 9, 0);
        assertThat(Arrays.hashCode(MixingOrder.permutation(-5, 1L << 33, 16_384)))
                .isEqualTo(659_317_021);
    }

    @Test
    void shouldDifferByBlockAndBySeed() {
        int[] order = MixingOrder.permutation(1, 1, 100);
        assertThat(order).isEqualTo(MixingOrder.permutation(1, 1, 100));
        assertThat(order).isNotEqualTo(MixingOrder.permutation(1, 2, 100));
        assertThat(order).isNotEqualTo(MixingOrder.permutation(2, 1, 100));
    }

    /** Pearson's chi-squared test of where row 0 lands: 15 degrees of freedom, 0.1 % critical value 37.7. */
    @Test
    void shouldPutARowAnywhereEquallyOften() {
        int[] counts = new int[16];
        for (int block = 0; block < 16_000; block++) {
            int[] order = MixingOrder.permutation(9, block, 16);
            for (int i = 0; i < 16; i++) {
                counts[i] += order[i] == 0 ? 1 : 0;
            }
        }
        double chiSquared = Arrays.stream(counts)
                .mapToDouble(count -> (count - 1000.0) * (count - 1000.0) / 1000.0)
                .sum();
        assertThat(chiSquared).isLessThan(37.7);
    }
}
