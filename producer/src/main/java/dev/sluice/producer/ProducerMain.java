package dev.sluice.producer;

import dev.sluice.producer.hub.Hub;
import dev.sluice.producer.hub.LoggedDownloads;
import dev.sluice.producer.publish.ProducerSettings;
import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceMain;
import dev.sluice.producer.service.ServiceProcess;
import java.util.Optional;

/** The producer as a process of its own. It stays when its streams are complete, to be asked about them. */
public final class ProducerMain {
    private ProducerMain() {}

    public static void main(String[] arguments) {
        System.exit(ServiceMain.run(ProducerConfiguration.SCHEMA, arguments, ProducerMain::start));
    }

    private static void start(Configuration values, ServiceConfiguration common, ServiceProcess process)
            throws InterruptedException {
        ProducerConfiguration producer = ProducerConfiguration.of(values);
        ProducerSettings settings = producer.settings(common.partitions(), Hub.ofEnvironment(new LoggedDownloads()));
        process.serve(common, Optional.empty());
        process.startTorch();
        process.awaitKafka(common.kafka());
        process.start(producer.service(settings, common, process));
    }
}
