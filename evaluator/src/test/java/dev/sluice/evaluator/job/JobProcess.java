package dev.sluice.evaluator.job;

import dev.sluice.producer.engine.ComputeThread;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.service.Health;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A service in a process of its own, to be killed: it never ends a count of a variant whose id ends in {@code stuck}. */
final class JobProcess {
    private JobProcess() {}

    /** @param arguments bootstrap servers, checkpoint folder, prefix of the variants, name of the group */
    public static void main(String[] arguments) throws InterruptedException {
        Torch torch = Torch.start(1);
        ComputeThread compute = torch.startComputeThread();
        JobSettings settings = new JobSettings(
                new KafkaConnection(arguments[0]),
                arguments[3],
                Path.of(arguments[1]),
                torch.manager(),
                compute.lane("jobs", 1),
                1);
        new JobService(
                        settings,
                        List.of(new CountingJob(arguments[2], JobProcess::hinder)),
                        new Health(System::nanoTime),
                        new Recorder())
                .start();
        new CountDownLatch(1).await();
    }

    private static void hinder(FrozenVariant variant) {
        if (variant.id().endsWith("stuck")) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
