package dev.sluice.local.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Standard output: messages that stay, and below them what is redrawn in place. Where it is no terminal, a plain line
 * every few seconds instead. Safe for several threads.
 */
public final class Terminal {
    private static final Duration PLAIN_LINE = Duration.ofSeconds(5);
    private static final int PLAIN_COLUMNS = 400;
    private static final String TO_LINE_START_CLEAR = "\r\033[2K";

    private final PrintStream out;
    private final Screen screen;
    private final boolean live;
    private final LongSupplier nanoClock;
    private List<String> drawn = List.of();
    private long lastLine;

    Terminal(PrintStream out, Screen screen, boolean live, LongSupplier nanoClock) {
        this.out = out;
        this.nanoClock = nanoClock;
        this.lastLine = nanoClock.getAsLong() - PLAIN_LINE.toNanos();
        this.screen = screen;
        this.live = live;
    }

    /**
     * Standard output as {@code run} describes it: {@code sluice.terminal.columns} and {@code .rows} for a terminal
     * that can be redrawn, {@code sluice.terminal.unicode} if its locale is UTF-8.
     */
    public static Terminal ofProcess() {
        int columns = Integer.getInteger("sluice.terminal.columns", 0);
        int rows = Integer.getInteger("sluice.terminal.rows", 24);
        boolean unicode = Boolean.getBoolean("sluice.terminal.unicode");
        boolean live = columns > 0;
        PrintStream out = new PrintStream(
                new FileOutputStream(FileDescriptor.out),
                false,
                unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
        return new Terminal(
                out, new Screen(live ? columns : PLAIN_COLUMNS, live ? rows : 1000, unicode), live, System::nanoTime);
    }

    /** A line that stays. */
    public synchronized void say(String line) {
        erase();
        out.println(line);
        drawn.forEach(out::println);
        out.flush();
    }

    /** What is going on, over what was shown before. */
    public synchronized void show(Overview overview, Variants variants) {
        if (live) {
            erase();
            drawn = screen.draw(overview, variants);
            drawn.forEach(out::println);
        } else if (nanoClock.getAsLong() - lastLine >= PLAIN_LINE.toNanos()) {
            lastLine = nanoClock.getAsLong();
            out.println(screen.line(overview, variants));
        }
        out.flush();
    }

    /** What is being fetched, over what was shown before. */
    synchronized void show(Fetch fetch) {
        if (live) {
            erase();
            drawn = List.of(screen.fetch(fetch));
            drawn.forEach(out::println);
        } else if (nanoClock.getAsLong() - lastLine >= PLAIN_LINE.toNanos()) {
            lastLine = nanoClock.getAsLong();
            out.println(screen.fetch(fetch));
        }
        out.flush();
    }

    /** Takes away what is redrawn. */
    synchronized void clear() {
        erase();
        drawn = List.of();
        out.flush();
    }

    /** The whole table once more, to stay; later lines go below it. */
    public synchronized void finish(Overview overview, Variants variants) {
        erase();
        drawn = List.of();
        screen.draw(overview, variants).forEach(out::println);
        out.flush();
    }

    /** Leaves what is shown where it is. */
    public synchronized void release() {
        drawn = List.of();
    }

    private void erase() {
        if (!drawn.isEmpty()) {
            out.print(("\033[A" + TO_LINE_START_CLEAR).repeat(drawn.size()));
        }
    }
}
