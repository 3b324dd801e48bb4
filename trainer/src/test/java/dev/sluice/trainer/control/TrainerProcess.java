package dev.sluice.trainer.control;

import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Path;

/** A trainer in a JVM of its own, to be killed. */
final class TrainerProcess {
    private TrainerProcess() {}

    /** Arguments: bootstrap servers, folder of the checkpoints. */
    public static void main(String[] args) throws InterruptedException {
        TrainerHarness trainer = new TrainerHarness(new KafkaConnection(args[0]), Path.of(args[1]));
        trainer.service().failure().toCompletableFuture().join();
        trainer.close();
    }
}
