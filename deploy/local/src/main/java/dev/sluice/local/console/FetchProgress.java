package dev.sluice.local.console;

import dev.sluice.producer.hub.HubListener;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Shows on the terminal what is fetched from the hub. */
public final class FetchProgress implements HubListener {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final double NANOS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final LongSupplier nanoClock;
    private String what = "";
    private long began;
    private long beganWith;
    private long drawn;

    public FetchProgress(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    FetchProgress(Terminal terminal, LongSupplier nanoClock) {
        this.terminal = terminal;
        this.nanoClock = nanoClock;
    }

    @Override
    public void say(String line) {
        terminal.say("  " + line);
    }

    /** What an earlier run left is there at once: it does not count for the rate. */
    @Override
    public void progress(String fetched, long have, long all) {
        long now = nanoClock.getAsLong();
        if (!fetched.equals(what)) {
            what = fetched;
            began = now;
            beganWith = have;
        } else if (now - drawn < REDRAW.toNanos()) {
            return;
        }
        drawn = now;
        double seconds = (now - began) / NANOS_PER_SECOND;
        terminal.show(new Fetch(fetched, have, all, seconds <= 0 ? 0 : (have - beganWith) / seconds));
    }

    @Override
    public void done() {
        what = "";
        terminal.clear();
    }
}
