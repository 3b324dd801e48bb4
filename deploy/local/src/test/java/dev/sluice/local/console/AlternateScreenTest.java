package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternateScreenTest {
    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[?25h\033[?1049l";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void shouldLeaveOnceWhetherASignalOrTheUserEndsIt() {
        try (AlternateScreen screen = AlternateScreen.enter(new PrintStream(bytes, false, StandardCharsets.UTF_8))) {
            screen.draw(List.of("a", "b"));
            screen.leave();
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(ENTER + "\033[H\033[Ja\r\nb" + LEAVE);
    }

    @Test
    void shouldDrawNothingOnTheFirstScreenWhileTheProcessEnds() {
        try (AlternateScreen screen = AlternateScreen.enter(new PrintStream(bytes, false, StandardCharsets.UTF_8))) {
            screen.leave();
            screen.draw(List.of("late"));
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(ENTER + LEAVE);
    }
}
