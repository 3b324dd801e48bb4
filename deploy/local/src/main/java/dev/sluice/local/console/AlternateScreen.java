package dev.sluice.local.console;

import java.io.PrintStream;
import java.util.List;

/** A second screen of the terminal, without cursor; the first one is as it was when this is closed, or the process ends. */
final class AlternateScreen implements AutoCloseable {
    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String CLEAR = "\033[H\033[J";
    private static final String LEAVE = "\033[?25h\033[?1049l";

    private final PrintStream out;
    private final Thread onSignal = new Thread(this::leave, "leave-screen");
    private boolean left;

    private AlternateScreen(PrintStream out) {
        this.out = out;
    }

    static AlternateScreen enter(PrintStream out) {
        AlternateScreen screen = new AlternateScreen(out);
        Runtime.getRuntime().addShutdownHook(screen.onSignal);
        out.print(ENTER);
        return screen;
    }

    /** Shows nothing once it is left. */
    synchronized void draw(List<String> lines) {
        if (!left) {
            out.print(CLEAR);
            out.print(String.join("\r\n", lines));
            out.flush();
        }
    }

    /** Once, however often it is called. */
    synchronized void leave() {
        if (!left) {
            left = true;
            out.print(LEAVE);
            out.flush();
        }
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The process is ending: the hook has begun, and leaves nothing twice.
        }
    }
}
