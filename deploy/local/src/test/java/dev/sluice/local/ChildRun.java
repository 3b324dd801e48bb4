package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code deploy/local/run} as a user starts it: a process of its own. Killed when closed. */
public final class ChildRun implements AutoCloseable {
    private static final Path SCRIPT = Path.of("run").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration OUTPUT_LIMIT = Duration.ofMinutes(1);

    /** In a run of seconds an optimising compiler and a collector of several threads cost more than they save. */
    static final String UNOPTIMISED = "-XX:TieredStopAtLevel=1 -XX:-UseParallelGC -XX:+UseSerialGC";

    private final Process process;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Thread reader = new Thread(this::read, "output of a run");

    private ChildRun(Process process) {
        this.process = process;
        reader.start();
    }

    /** Ends when the last of the run's processes has closed its output. */
    private void read() {
        try {
            process.getInputStream().transferTo(output);
        } catch (IOException e) {
            throw new UncheckedIOException("the output of the run cannot be read", e);
        }
    }

    /** @param folder the working directory */
    public static ChildRun start(Path folder, String... arguments) {
        return start(SCRIPT, folder, arguments);
    }

    /** @param script the script, or a link to it */
    static ChildRun start(Path script, Path folder, String... arguments) {
        ClassArchive.prepare(SCRIPT);
        return start(script, folder, UNOPTIMISED, arguments);
    }

    /** As users start it; for a run that computes for more than a minute. */
    static ChildRun startOptimised(Path folder, String... arguments) {
        ClassArchive.prepare(SCRIPT);
        return start(SCRIPT, folder, "", arguments);
    }

    private static ChildRun start(Path script, Path folder, String options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().put("SLUICE_BUILD", "never");
            builder.environment().put("SLUICE_JAVA_OPTS", options);
            builder.environment().put("LC_ALL", "C.UTF-8");
            return new ChildRun(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + SCRIPT, e);
        }
    }

    /** Runs to the end and gives the exit code. */
    int waitFor(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("not over within " + limit + ":\n" + output());
            }
            reader.join(OUTPUT_LIMIT.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The same, where only success will do. */
    ChildRun waitForSuccess(Duration limit) {
        int exit = waitFor(limit);
        assertThat(exit).as(output()).isZero();
        return this;
    }

    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    /** The page's address, once it is up. */
    public URI page() {
        await().atMost(START_LIMIT).until(() -> !process.isAlive() || output().contains("broker   "));
        return URI.create(found("page +(http://\\S+)"));
    }

    /** The broker's address, once it is printed. */
    String broker() {
        page();
        return found("broker +(\\S+)");
    }

    private String found(String pattern) {
        String found = find(pattern);
        assertThat(found).as(output()).isNotEmpty();
        return found;
    }

    /** The first group of a pattern where the output first has it; empty while it has not. */
    String find(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output());
        return matcher.find() ? matcher.group(1) : "";
    }

    /** SIGTERM, as of Ctrl-C or a container's end. */
    void terminate() {
        boolean unused = process.toHandle().destroy(); // Process.destroy would close its output
    }

    /** SIGKILL. */
    void kill() {
        boolean unused = process.toHandle().destroyForcibly();
        waitFor(OUTPUT_LIMIT);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
