package dev.sluice.evaluator.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.producer.hash.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    @Test
    void shouldAgreeWithTryingAllAssignments() {
        for (int trial = 0; trial < 300; trial++) {
            int rows = 1 + trial % 6;
            int columns = 1 + trial / 6 % 7;
            float[] similarity = matrix(trial, rows * columns);

            int[] found = Assignment.largest(similarity, rows, columns);

            assertThat(Arrays.stream(found).filter(column -> column >= 0))
                    .hasSize(Math.min(rows, columns))
                    .doesNotHaveDuplicates();
            assertThat(sum(similarity, found, columns))
                    .as("%d x %d", rows, columns)
                    .isCloseTo(best(similarity, rows, columns, 0, 0), within(1e-5));
        }
    }

    @Test
    void shouldFindAPermutationAmongManyThatAreWorse() {
        int count = 300;
        float[] similarity = matrix(7, count * 2 * count);
        for (int row = 0; row < count; row++) {
            similarity[row * 2 * count + (row * 7 + 3) % (2 * count)] = 2;
        }

        int[] found = Assignment.largest(similarity, count, 2 * count);

        for (int row = 0; row < count; row++) {
            assertThat(found[row]).isEqualTo((row * 7 + 3) % (2 * count));
        }
    }

    private static float[] matrix(int seed, int size) {
        CounterRandom random = new CounterRandom(seed, "assignment");
        float[] matrix = new float[size];
        for (int i = 0; i < size; i++) {
            matrix[i] = (float) (2 * random.uniform(i) - 1);
        }
        return matrix;
    }

    private static double sum(float[] similarity, int[] columnOf, int columns) {
        double sum = 0;
        for (int row = 0; row < columnOf.length; row++) {
            sum += columnOf[row] < 0 ? 0 : similarity[row * columns + columnOf[row]];
        }
        return sum;
    }

    /** The best sum of rows from {@code row} on; a row is left out only where there are more rows than columns. */
    private static double best(float[] similarity, int rows, int columns, int row, int used) {
        if (row == rows) {
            return 0;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int column = 0; column < columns; column++) {
            if ((used & 1 << column) == 0) {
                double rest = best(similarity, rows, columns, row + 1, used | 1 << column);
                best = Math.max(best, similarity[row * columns + column] + rest);
            }
        }
        int mayBeLeftOut = rows - columns - (row - Integer.bitCount(used));
        return mayBeLeftOut > 0 ? Math.max(best, best(similarity, rows, columns, row + 1, used)) : best;
    }
}
