package dev.sluice.producer.publish;

import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.hub.ModelSource;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.Loopback;
import io.prometheus.client.CollectorRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A producer of a part of the bundled sample in a JVM of its own, so that it can be killed. */
final class ProducerProcess {
    static final String KNOWN = "streams known";

    /** Of four blocks. */
    static final int TOKENS = 60_000;

    private ProducerProcess() {}

    /** @param args bootstrap servers, model folder, records per transaction, hooks... */
    public static void main(String[] args) {
        List<String> hooks = Arrays.asList(args).subList(3, args.length);
        ProducerSettings settings = settings(Path.of(args[1]), hooks)
                .withTokens(TOKENS)
                .withRecordsPerTransaction(Integer.parseInt(args[2]));
        CompletableFuture<String> end = new CompletableFuture<>();
        try (Torch torch = Torch.start();
                ComputeThread compute = torch.startComputeThread()) {
            ProducerService service = new ProducerService(
                    settings,
                    Loopback.connection(args[0]),
                    torch,
                    compute.lane("producer", 1),
                    new CollectorRegistry(),
                    new Health(System::nanoTime));
            service.streams().thenAccept(specs -> System.out.println(KNOWN));
            service.published().thenAccept(nothing -> end.complete("published"));
            service.failure().thenAccept(cause -> end.complete("failed: " + cause));
            service.start();
            String outcome = end.join();
            System.out.println(outcome);
            service.stop(Duration.ofSeconds(10));
            Runtime.getRuntime().halt(outcome.equals("published") ? 0 : 1);
        }
    }

    static ProducerSettings settings(Path model, List<String> hooks) {
        return ProducerSettings.of(new RowSource.Text(
                        BundledSample.corpus(), new ModelSource(BundledSample.NAME, model, ""), hooks))
                .withBlockRows(ProducerSettings.DEFAULT_BLOCK_ROWS);
    }

    /** Starts the process; its output goes to {@code log}. */
    static Process start(String bootstrapServers, Path model, int recordsPerTransaction, List<String> hooks, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                ProducerProcess.class.getName(),
                bootstrapServers,
                model.toString(),
                Integer.toString(recordsPerTransaction)));
        command.addAll(hooks);
        File output = log.toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(output))
                .start();
    }
}
