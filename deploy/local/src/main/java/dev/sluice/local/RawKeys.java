package dev.sluice.local;

import dev.sluice.local.console.Top;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The keys of the terminal, one by one and without echo, by {@code stty}; the terminal is as before when it is closed. */
final class RawKeys implements Top.Keys, AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");
    private static final int END_OF_TEXT = 3;

    private final String before;
    private final InputStream in;
    private final Thread onSignal = new Thread(this::restore, "restore-terminal");

    private RawKeys(String before, InputStream in) {
        this.before = before;
        this.in = in;
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /** Empty if there is no terminal, or nothing that sets it. */
    static Optional<RawKeys> open() throws InterruptedException {
        try {
            String before = stty("-g").strip();
            if (before.isEmpty()) {
                return Optional.empty();
            }
            // Ctrl-C is a key, no signal. A read waits for at most two tenths of a second.
            stty("-icanon", "-isig", "-echo", "min", "0", "time", "2");
            return Optional.of(new RawKeys(before, new FileInputStream(TERMINAL)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String stty(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(TERMINAL)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0 ? said : "";
    }

    @Override
    public int next() throws IOException {
        int key = in.read();
        if (key == END_OF_TEXT) {
            return -1;
        }
        return Math.max(0, key);
    }

    private void restore() {
        try {
            stty(before);
        } catch (IOException e) {
            throw new LocalException("the terminal cannot be set back: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The process is ending: the hook has begun, and restores the same.
        }
        in.close();
    }
}
