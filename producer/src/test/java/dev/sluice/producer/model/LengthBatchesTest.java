package dev.sluice.producer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {
    private static long padded(List<int[]> batches, int[] lengths) {
        return batches.stream()
                .mapToLong(batch -> (long) batch.length
                        * IntStream.of(batch).map(i -> lengths[i]).max().orElseThrow())
                .sum();
    }

    @Test
    void shouldPutEachSequenceIntoOneBoundedBatch() {
        Random random = new Random(1);
        for (int n : new int[] {0, 1, 2, 100, 1_000}) {
            int[] lengths = random.ints(n, 1, 200).toArray();
            List<int[]> batches = LengthBatches.split(lengths, 1_024);
            assertThat(batches.stream().flatMapToInt(IntStream::of).sorted().toArray())
                    .isEqualTo(IntStream.range(0, n).toArray());
            for (int[] batch : batches) {
                assertThat(batch.length
                                * IntStream.of(batch).map(i -> lengths[i]).max().orElseThrow())
                        .isLessThanOrEqualTo(1_024);
            }
        }
    }

    @Test
    void shouldWasteLittleOnPadding() {
        int[] lengths = new Random(2).ints(2_000, 16, 129).toArray();
        for (int i = 0; i < lengths.length; i += 2) {
            lengths[i] = 128;
        }
        long tokens = Arrays.stream(lengths).sum();
        List<int[]> batches = LengthBatches.split(lengths, 2_048);
        assertThat(padded(batches, lengths)).isLessThan((long) (1.02 * tokens));
        assertThat((long) batches.size()).isLessThan((long) (1.3 * tokens / 2_048));
    }

    @Test
    void shouldKeepFewShortSequencesApartFromManyLongOnes() {
        assertThat(LengthBatches.split(new int[] {128, 16, 128, 17, 128}, 2_048))
                .usingElementComparator(Arrays::compare)
                .containsExactly(new int[] {0, 2, 4}, new int[] {3, 1});
    }

    @Test
    void shouldGiveAnOverlongSequenceABatchOfItsOwn() {
        assertThat(LengthBatches.split(new int[] {10, 5_000, 10}, 100))
                .usingElementComparator(Arrays::compare)
                .containsExactly(new int[] {1}, new int[] {0, 2});
        assertThatThrownBy(() -> LengthBatches.split(new int[] {1}, 0)).hasMessageContaining("got 0");
    }

    @Test
    void shouldDependOnLengthsAlone() {
        int[] lengths = new Random(3).ints(300, 1, 100).toArray();
        List<int[]> once = LengthBatches.split(lengths, 500);
        List<int[]> again = LengthBatches.split(lengths.clone(), 500);
        assertThat(once).usingElementComparator(Arrays::compare).isEqualTo(again);
    }
}
