package dev.sluice.local;

import dev.sluice.local.console.PageClient;
import dev.sluice.local.console.Top;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The page in a terminal. */
@Command(
        name = "top",
        description = "Shows a run that is up in the terminal: variants, curves, and results by activation function",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nKeys:%n",
        footer = {
            "  1 variants, 2 curves, 3 results; Tab goes on, m takes the next metric of the curves, s the next stream,",
            "  j and k move, q leaves."
        })
final class TopCommand implements Callable<Integer> {
    private static final int PLAIN_COLUMNS = 120;
    private static final int PLAIN_ROWS = 1000;
    private static final int ROWS = 24;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Of the run. Default: .sluice in the working directory")
    private Path dataDir = Path.of(".sluice");

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Of a page instead, say of an evaluator elsewhere: http://host:8080/")
    private @Nullable URI url;

    @Option(names = "--stream", paramLabel = "ID", description = "To begin with. Default: the one begun last")
    private @Nullable String stream;

    @Option(
            names = "--screen",
            paramLabel = "NAME",
            description = "To begin with: variants, curves or results. Default: variants, or all where it prints once")
    private @Nullable String screen;

    @Option(
            names = "--once",
            description = "Print what there is and leave, as it does where standard output is no terminal")
    private boolean once;

    @Override
    public Integer call() throws InterruptedException {
        Logs.quiet();
        if (screen != null && !Top.screens().contains(screen)) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--screen must be one of " + String.join(", ", Top.screens()) + ", got " + screen);
        }
        PageAddress address = new PageAddress(url, dataDir);
        PageClient page = new PageClient(address.page());
        try {
            show(page);
            return ExitCode.OK;
        } catch (ConnectException e) {
            throw address.silent(e);
        } catch (IOException e) {
            throw new LocalException(address.page() + " does not answer as it should: " + e.getMessage(), e);
        }
    }

    private void show(PageClient page) throws IOException, InterruptedException {
        int columns = Integer.getInteger("sluice.terminal.columns", 0);
        int rows = Integer.getInteger("sluice.terminal.rows", ROWS);
        boolean unicode = Boolean.getBoolean("sluice.terminal.unicode");
        Optional<RawKeys> keys = once || columns == 0 ? Optional.empty() : RawKeys.open();
        PrintStream out = new PrintStream(
                new FileOutputStream(FileDescriptor.out),
                false,
                unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
        if (keys.isEmpty()) {
            Top.of(page, stream, out, columns == 0 ? PLAIN_COLUMNS : columns, PLAIN_ROWS, unicode)
                    .print(screen);
            return;
        }
        try (RawKeys pressed = keys.get()) {
            Top.of(page, stream, out, columns, rows, unicode).follow(pressed, screen);
        }
    }
}
