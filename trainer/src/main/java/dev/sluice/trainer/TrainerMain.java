package dev.sluice.trainer;

import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceMain;
import dev.sluice.producer.service.ServiceProcess;
import java.util.Optional;

/** A trainer as a process of its own. */
public final class TrainerMain {
    private TrainerMain() {}

    public static void main(String[] arguments) {
        System.exit(ServiceMain.run(TrainerConfiguration.SCHEMA, arguments, TrainerMain::start));
    }

    private static void start(Configuration values, ServiceConfiguration common, ServiceProcess process)
            throws InterruptedException {
        TrainerConfiguration trainer = TrainerConfiguration.of(values);
        process.serve(common, Optional.empty());
        process.startTorch();
        process.awaitKafka(common.kafka());
        process.start(trainer.service(common, process));
        trainer.requests(common, process).ifPresent(process::start);
    }
}
