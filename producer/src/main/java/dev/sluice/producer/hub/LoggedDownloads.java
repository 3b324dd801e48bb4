package dev.sluice.producer.hub;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of downloads, for a service without a terminal: a line every ten seconds. */
public final class LoggedDownloads implements HubListener {

    private static final Logger LOG = LoggerFactory.getLogger(LoggedDownloads.class);
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
    private static final double MEGABYTE = 1e6;

    private final LongSupplier nanoClock;
    private long lastLine;

    public LoggedDownloads() {
        this(System::nanoTime);
    }

    LoggedDownloads(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.lastLine = nanoClock.getAsLong();
    }

    @Override
    public void say(String line) {
        LOG.info("{}", line);
    }

    @Override
    public void progress(String what, long have, long all) {
        long now = nanoClock.getAsLong();
        if (now - lastLine >= NANOS_BETWEEN_LINES) {
            lastLine = now;
            LOG.info(
                    "fetching the {}: {} of {} MB",
                    what,
                    String.format(Locale.ROOT, "%.1f", have / MEGABYTE),
                    String.format(Locale.ROOT, "%.1f", all / MEGABYTE));
        }
    }

    @Override
    public void done() {}
}
