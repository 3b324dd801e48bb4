package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HoldOutTest {

    /** Python: {@code int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100 < 5}. */
    @ParameterizedTest
    @CsvSource({
        "w18, true",
        "w21, true",
        "naïve 35, true",
        "😀10, true",
        "alpha, false",
        "naïve café, false",
        "😀, false"
    })
    void shouldHoldOutADocumentByTheHashOfItsText(String text, boolean heldOut) {
        assertThat(HoldOut.holds(text)).isEqualTo(heldOut);
        assertThat(new Document(0, text, "").heldOut()).isEqualTo(heldOut);
    }

    @Test
    void shouldHoldOutAboutOneDocumentInTwenty() {
        int heldOut = 0;
        for (int i = 0; i < 20_000; i++) {
            heldOut += HoldOut.holds("document " + i) ? 1 : 0;
        }

        assertThat(heldOut).isEqualTo(1_004);
    }
}
