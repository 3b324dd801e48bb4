package dev.sluice.local;

import dev.sluice.local.console.Overview;
import dev.sluice.local.console.PageClient;
import dev.sluice.local.console.Terminal;
import dev.sluice.local.console.Variants;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** Shows a run until it is over, writes its report, and says how it went. Knows it from the page alone. */
final class Follower {
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int SILENT_TICKS = 60;

    private final PageClient page;
    private final List<String> streams;
    private final Terminal terminal;
    private final boolean exitWhenDone;
    private final @Nullable ReportFiles report;
    private final Set<String> announced = new HashSet<>();
    private boolean over;
    private int silent;

    /** @param streams ids of those that this run is about, in the order of the report */
    Follower(
            PageClient page,
            List<String> streams,
            Terminal terminal,
            boolean exitWhenDone,
            @Nullable ReportFiles report) {
        this.page = page;
        this.streams = List.copyOf(streams);
        this.terminal = terminal;
        this.exitWhenDone = exitWhenDone;
        this.report = report;
    }

    /**
     * Returns the exit code when all is done and the user wants to leave then.
     *
     * @throws LocalException if a service fails
     */
    int follow(LocalProcess process) throws InterruptedException {
        while (true) {
            Optional<Throwable> failure = process.awaitFailure(TICK);
            if (failure.isPresent()) {
                throw new LocalException(message(failure.get()), failure.get());
            }
            Optional<Integer> exit = process.isStopping() ? Optional.empty() : look();
            if (exit.isPresent()) {
                return exit.get();
            }
        }
    }

    private Optional<Integer> look() throws InterruptedException {
        try {
            Overview overview = page.overview(streams);
            Variants variants = page.variants(streams);
            silent = 0;
            return look(overview, variants);
        } catch (IOException e) {
            silent++;
            if (silent == SILENT_TICKS) {
                throw new LocalException("the page does not answer: " + e.getMessage(), e);
            }
            return Optional.empty();
        }
    }

    private Optional<Integer> look(Overview overview, Variants variants) throws InterruptedException {
        for (String failed : variants.failures()) {
            if (announced.add(failed)) {
                terminal.say("sluice: " + failed);
            }
        }
        if (over) {
            return Optional.empty();
        }
        over = overview.done();
        if (!over) {
            terminal.show(overview, variants);
            return Optional.empty();
        }
        terminal.finish(overview, variants);
        if (report != null) {
            report.write(page, streams).forEach(file -> terminal.say("Report: " + file));
        }
        if (!exitWhenDone) {
            terminal.say("Done. The page and the broker stay up until Ctrl-C.");
            return Optional.empty();
        }
        return Optional.of(announced.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE);
    }

    private static String message(Throwable failure) {
        return Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
    }
}
