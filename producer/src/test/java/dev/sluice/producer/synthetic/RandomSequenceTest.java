package dev.sluice.producer.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RandomSequenceTest {
    @Test
    void shouldGiveTheSameNumbersForEver() {
        RandomSequence random = RandomSequence.of(7, 3, 41);

        assertThat(random.uniform()).isEqualTo(0x1.f9b324d0e20b8p-4);
        assertThat(random.below(1000)).isEqualTo(566);
        assertThat(random.below(1000)).isEqualTo(882);
        assertThat(random.gaussian()).isEqualTo(0x1.c088b0c022298p-2);
        assertThat(random.uniform()).isEqualTo(0x1.6e362a2f77aa6p-2);
    }
}
