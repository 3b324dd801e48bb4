package dev.sluice.producer.service;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a cluster that is not there yet, or does not let this service in yet. */
final class ClusterWait {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWait.class);
    private static final int ANSWER_MILLIS = 3000;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaConnection kafka;
    private final Consumer<String> waiting;
    private String said = "";

    /** @param waiting is told what for, again whenever that changes */
    ClusterWait(KafkaConnection kafka, Consumer<String> waiting) {
        this.kafka = kafka;
        this.waiting = waiting;
    }

    /**
     * Returns when the cluster answers.
     *
     * @throws ConfigurationException if no client can be made of the properties
     */
    void await() throws InterruptedException {
        while (Arrays.stream(kafka.bootstrapServers().split(",", -1)).noneMatch(ClusterWait::isResolved)) {
            say("unresolved", "no host of it has an address yet");
            pause();
        }
        try (Admin admin = Admin.create(properties())) {
            while (!answers(admin)) {
                pause();
            }
        } catch (KafkaException e) {
            throw new ConfigurationException(
                    "kafka.properties and kafka.bootstrap-servers must make a Kafka client, got: " + causes(e), e);
        }
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(PAUSE.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedException("while waiting for Kafka");
        }
    }

    private static boolean isResolved(String address) {
        String host = address.strip().replaceFirst("^.*://", "").replaceFirst(":\\d+$", "");
        return !new InetSocketAddress(host, 0).isUnresolved();
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(kafka.admin());
        properties.put("default.api.timeout.ms", ANSWER_MILLIS);
        properties.put("request.timeout.ms", ANSWER_MILLIS);
        return properties;
    }

    private boolean answers(Admin admin) throws InterruptedException {
        try {
            var unused = admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MILLIS))
                    .nodes()
                    .get();
            return true;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            say(cause.getClass().getSimpleName(), String.valueOf(cause.getMessage()));
            return false;
        }
    }

    /** Once for each kind of reason in turn: the texts hold times. */
    private void say(String kind, String reason) {
        if (!kind.equals(said)) {
            said = kind;
            LOG.warn("waiting for Kafka at {}: {}", kafka.bootstrapServers(), reason);
            waiting.accept("Kafka at " + kafka.bootstrapServers() + ": " + reason);
        }
    }

    private static String causes(Throwable problem) {
        Throwable cause = problem.getCause();
        return cause == null ? String.valueOf(problem.getMessage()) : problem.getMessage() + ": " + causes(cause);
    }
}
