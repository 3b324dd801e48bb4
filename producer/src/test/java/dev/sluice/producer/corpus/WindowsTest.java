package dev.sluice.producer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WindowsTest {

    private static final Document DOCUMENT = new Document(5, "any", "Books3");

    @Test
    void shouldBeginEveryWindowWithTheBosAndLoseNoToken() {
        List<Window> windows = new Windows(128, 0, false).cut(DOCUMENT, ids(127 + 127 + 40));

        assertThat(windows).extracting(Window::length).containsExactly(128, 128, 41);
        assertThat(windows).extracting(Window::ordinal).containsExactly(0, 1, 2);
        assertThat(windows).allSatisfy(w -> {
            assertThat(w.tokenIds()[0]).isZero();
            assertThat(w.document()).isEqualTo(5);
            assertThat(w.subset()).isEqualTo("Books3");
        });
        assertThat(windows.stream().flatMapToInt(w -> IntStream.of(w.tokenIds()).skip(1)))
                .containsExactly(IntStream.of(ids(294)).boxed().toArray(Integer[]::new));
    }

    @Test
    void shouldDropALastWindowUnderSixteenTokensCountingTheBos() {
        Windows windows = new Windows(128, 0, false);

        assertThat(windows.cut(DOCUMENT, ids(127 + 15))).hasSize(2);
        assertThat(windows.cut(DOCUMENT, ids(127 + 14))).hasSize(1);
        assertThat(windows.cut(DOCUMENT, ids(127))).hasSize(1);
        assertThat(windows.cut(DOCUMENT, ids(15))).hasSize(1);
        assertThat(windows.cut(DOCUMENT, ids(14))).isEmpty();
        assertThat(windows.cut(DOCUMENT, ids(0))).isEmpty();
    }

    @Test
    void shouldKeepOnlyTheFirstWindowWhenTruncating() {
        List<Window> windows = new Windows(64, 0, true).cut(DOCUMENT, ids(1000));

        assertThat(windows).hasSize(1);
        assertThat(windows.get(0).tokenIds()).hasSize(64).startsWith(0, 1, 2).endsWith(63);
    }

    @Test
    void shouldRefuseAContextWithoutRoom() {
        assertThatThrownBy(() -> new Windows(15, 0, false)).hasMessage("context must be at least 16, got 15");
        assertThatThrownBy(() -> new Windows(128, -1, false)).hasMessage("bosId must be at least 0, got -1");
    }

    private static int[] ids(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }
}
