package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FetchProgressTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MEGABYTE = 1_000_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicLong clock = new AtomicLong();
    private final FetchProgress progress = new FetchProgress(
            new Terminal(
                    new PrintStream(out, false, StandardCharsets.UTF_8), new Screen(100, 24, true), true, clock::get),
            clock::get);

    @Test
    void shouldCountWhatThisRunFetchedForTheRateAndTheTimeLeft() {
        progress.progress("model", 100 * MEGABYTE, 168 * MEGABYTE);
        clock.set(2 * SECOND);

        progress.progress("model", 134 * MEGABYTE, 168 * MEGABYTE);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .last()
                .asString()
                .endsWith(" 79 %  134.0 of 168.0 MB · 17.0 MB/s · 2 s left");
    }

    @Test
    void shouldNotRedrawForEveryByte() {
        progress.progress("corpus", 0, 100 * MEGABYTE);
        progress.progress("corpus", MEGABYTE, 100 * MEGABYTE);

        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    }

    @Test
    void shouldLeaveNothingBehind() {
        progress.progress("model", 0, MEGABYTE);
        progress.done();

        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\033[A\r\033[2K");
    }
}
