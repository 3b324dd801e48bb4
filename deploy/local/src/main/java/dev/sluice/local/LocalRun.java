package dev.sluice.local;

import dev.sluice.evaluator.tracking.MetricLines;
import dev.sluice.local.console.FetchProgress;
import dev.sluice.local.console.PageClient;
import dev.sluice.local.console.Terminal;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One run, from the checked command line to the exit code. */
final class LocalRun {
    private final RunOptions options;
    private final String command;
    private final Terminal terminal = Terminal.ofProcess();

    /** @param command that the user gave, for the report */
    LocalRun(RunOptions options, String command) {
        this.options = options;
        this.command = command;
    }

    /**
     * Runs until all is done, if that was asked for, or for ever; Ctrl-C and SIGTERM stop it cleanly.
     *
     * @return the exit code
     */
    int run() throws InterruptedException {
        try (DataFolder folder = DataFolder.open(options.dataDir())) {
            Logs.to(folder.log(), terminal::say);
            folder.keep(command);
            Ports ports = Ports.choose(
                    options.listening().httpPort(), options.listening().kafkaPort(), folder.ports());
            announce(folder, ports);
            try (LocalProcess process =
                    new LocalProcess(options, command, folder, ports, new FetchProgress(terminal))) {
                Thread onSignal = new Thread(() -> stop(process), "stop");
                Runtime.getRuntime().addShutdownHook(onSignal);
                return follow(process, folder, ports);
            }
        }
    }

    private int follow(LocalProcess process, DataFolder folder, Ports ports) throws InterruptedException {
        try {
            List<String> streams = process.start();
            ports.keep(folder.ports());
            PageClient page = new PageClient(ports.page());
            return new Follower(page, streams, terminal, options.ending().exitWhenDone(), report(ports))
                    .follow(process);
        } catch (WrongInput | LocalException e) {
            throw e;
        } catch (RuntimeException e) {
            if (process.isStopping()) {
                throw new LocalException("stopped while starting", e);
            }
            LoggerFactory.getLogger(LocalRun.class).info("the run ends with an error", e);
            throw new LocalException(
                    Objects.requireNonNullElseGet(e.getMessage(), e::toString) + " (details in " + folder.log() + ")",
                    e);
        }
    }

    private @Nullable ReportFiles report(Ports ports) {
        Path file = options.ending().report();
        KafkaConnection kafka = new KafkaConnection(ports.broker());
        return file == null ? null : new ReportFiles(file, (stream, lines) -> MetricLines.write(kafka, stream, lines));
    }

    private void announce(DataFolder folder, Ports ports) {
        terminal.say("Sluice " + Version.sluice());
        terminal.say("  page     " + ports.page());
        terminal.say("  broker   " + ports.broker());
        terminal.say("  data dir " + folder.path());
    }

    /** On a signal, on the JVM's own thread: the main thread may be anywhere. */
    private void stop(LocalProcess process) {
        if (process.isStopping()) {
            return;
        }
        terminal.release();
        terminal.say("Stopping");
        process.close();
        terminal.say("Stopped. The same command goes on from here.");
    }
}
