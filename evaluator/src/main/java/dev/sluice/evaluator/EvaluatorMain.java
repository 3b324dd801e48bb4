package dev.sluice.evaluator;

import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceMain;
import dev.sluice.producer.service.ServiceProcess;
import dev.sluice.trainer.TrainerConfiguration;
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
        EvaluatorConfiguration configuration = EvaluatorConfiguration.of(values);
        EvaluatorService evaluator = configuration.service(common, process);
        process.serve(
                common,
                Optional.of(
                        configuration.routes(evaluator, values.get(TrainerConfiguration.EPOCHS_KEY), common, process)));
        process.awaitKafka(common.kafka());
        process.start(evaluator);
    }
}
