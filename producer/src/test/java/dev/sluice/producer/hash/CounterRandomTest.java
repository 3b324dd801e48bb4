package dev.sluice.producer.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
    /** The finaliser's values at 1, 2, ... from a zero key are SplitMix64's well-known first outputs for seed 0. */
    @Test
    void shouldCountOutTheNumbersOfSplitMix64() {
        CounterRandom random = CounterRandom.ofKey(0);

        assertThat(random.bits(0)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(random.bits(1)).isEqualTo(0x6E789E6AA1B965F4L);
        assertThat(random.bits(2)).isEqualTo(0x06C45D188009454FL);
    }

    @Test
    void shouldSpreadNumbersEvenlyAndByPurpose() {
        CounterRandom random = new CounterRandom(1, "a");
        int[] counts = new int[10];
        IntStream.range(0, 100_000).forEach(i -> counts[random.below(10, i)]++);

        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(9_600);
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(10_400);
        double mean = IntStream.range(0, 100_000)
                .mapToDouble(random::uniform)
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(0.5, within(0.005));
        assertThat(new CounterRandom(1, "b").bits(0)).isNotEqualTo(random.bits(0));
        assertThat(new CounterRandom(2, "a").bits(0)).isNotEqualTo(random.bits(0));
        assertThat(new CounterRandom(1, "a").bits(0)).isEqualTo(random.bits(0));
    }

    /** Written down when the producer and the trainer had a generator each: seeds of old runs mean what they meant. */
    @Test
    void shouldGiveTheBitsOfEveryKeyForEver() {
        CounterRandom byName = new CounterRandom(7, "decoder");
        assertThat(byName.bits(0)).isEqualTo(0x6B2B07913DE15EC1L);
        assertThat(byName.bits(1L << 40)).isEqualTo(0x7192F0615F6A7F3AL);
        assertThat(byName.uniform(1)).isEqualTo(0x1.f02716995cf52p-2);
        assertThat(byName.below(1000, 1)).isEqualTo(484);

        assertThat(CounterRandom.of(7, 3, 41).uniform(0)).isEqualTo(0x1.f9b324d0e20b8p-4);
    }
}
