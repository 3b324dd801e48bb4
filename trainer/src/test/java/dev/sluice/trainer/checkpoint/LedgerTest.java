package dev.sluice.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerTest {
    @ParameterizedTest
    @CsvSource({"0,1", "5,1", "5,2", "7,10", "8,11", "1000000007,4096"})
    void shouldSumTheRowNumbers(long first, int count) {
        long expected = 0;
        for (long row = first; row < first + count; row++) {
            expected += row;
        }
        Ledger ledger = Ledger.EMPTY.plus(0, first, count, 42);

        assertThat(ledger.rowSum()).isEqualTo(expected);
        assertThat(ledger.rows()).isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({"1,0,10,42", "0,1,10,42", "0,0,11,42", "0,0,10,43"})
    void shouldDistinguishPassRowsAndContent(int epoch, long first, int count, int crc) {
        Ledger base = Ledger.EMPTY.plus(0, 0, 10, 42);

        assertThat(Ledger.EMPTY.plus(epoch, first, count, crc).chain()).isNotEqualTo(base.chain());
        assertThat(Ledger.fromJson(base.toJson())).isEqualTo(base);
    }
}
