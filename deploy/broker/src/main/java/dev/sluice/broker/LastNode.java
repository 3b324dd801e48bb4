package dev.sluice.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** The node that ran last on a folder. */
final class LastNode {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private LastNode() {}

    /**
     * Starts the controller alone and lets it forget the node that ran last: the new one is taken at once, and no
     * partition has a leader before that. Kafka 4.3 loses the markers of transactions that are being committed if their
     * coordinator is there while their partitions lose their leader (KAFKA-20734).
     */
    static void forget(Path log) throws Exception {
        int port = EmbeddedBroker.freePort();
        KafkaRaftServer controller = EmbeddedBroker.startServer(NodeProperties.ofController(log, port));
        try {
            unregister(NodeProperties.LOOPBACK + ":" + port);
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    private static void unregister(String controller) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (Admin admin = Admin.create(Map.of("bootstrap.controllers", controller))) {
                admin.unregisterBroker(NodeProperties.NODE).all().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BrokerIdNotRegisteredException) {
                    return;
                }
                // Until it has read its log, a controller takes itself for an old one.
                if (!(e.getCause() instanceof UnsupportedVersionException) || System.nanoTime() > end) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
