package dev.sluice.evaluator;

import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceMain;
import dev.sluice.producer.service.ServiceProcess;
import java.util.Optional;

/** An evaluator as a process of its own, with the page. */
public final class EvaluatorMain {
    private EvaluatorMain() {}

    public static void main(String[] arguments) {
        System.exit(ServiceMain.run(EvaluatorConfiguration.SCHEMA, arguments, EvaluatorMain::start));
    }

    private static void start(Configuration values, ServiceConfiguration common, ServiceProcess process)
            throws InterruptedException {
        process.startTorch();
        EvaluatorService evaluator = EvaluatorConfiguration.of(values).service(common, process);
        process.serve(common, Optional.of(evaluator.router()));
        process.awaitKafka(common.kafka());
        process.start(evaluator);
    }
}
