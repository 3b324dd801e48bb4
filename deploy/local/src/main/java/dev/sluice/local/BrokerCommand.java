package dev.sluice.local;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded broker alone, for services in processes of their own. */
@Command(
        name = "broker",
        description = "Runs a broker alone until Ctrl-C, for a producer, trainer and evaluator of their own",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class BrokerCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".sluice",
            description = "Holds the log. Default: ${DEFAULT-VALUE} in the working directory")
    private Path dataDir = Path.of(".sluice");

    @Option(
            names = "--kafka-port",
            paramLabel = "P",
            defaultValue = "9092",
            description = "On 127.0.0.1; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private int port = 9092;

    @Override
    public Integer call() throws InterruptedException {
        Logs.quiet();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (DataFolder folder = DataFolder.open(dataDir)) {
            EmbeddedBroker broker = EmbeddedBroker.start(folder.kafka(), port);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop"));
            out.println("broker " + broker.bootstrapServers());
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        } catch (BrokerException e) {
            throw new LocalException(Objects.requireNonNull(e.getMessage()), e);
        }
    }
}
