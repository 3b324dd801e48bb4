package dev.sluice.trainer.training;

import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.stream.Loopback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A trainer in a JVM of its own, to be killed. */
final class TrainerProcess {
    private TrainerProcess() {}

    static Process start(KafkaConnection kafka, Path checkpoints, String... instance) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                TrainerProcess.class.getName(),
                kafka.bootstrapServers(),
                checkpoints.toString()));
        command.addAll(List.of(instance));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /** Arguments: bootstrap servers, folder of the checkpoints, name in the group if it has one. */
    public static void main(String[] args) throws InterruptedException {
        TrainerHarness trainer = new TrainerHarness(
                Loopback.connection(args[0]), Path.of(args[1]), args.length > 2 ? args[2] : null, Kind::of);
        Throwable cause = trainer.service().failure().toCompletableFuture().join();
        trainer.close();
        throw new IllegalStateException("the trainer has failed", cause);
    }
}
