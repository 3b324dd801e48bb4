package dev.sluice.broker;

import java.nio.file.Path;
import java.util.Properties;

/** The settings of the one node. */
final class NodeProperties {
    static final String LOOPBACK = "127.0.0.1";
    static final int NODE = 1;

    /** A saturated disk must not cost the only node its session: its metadata log is fsynced. */
    private static final int SESSION_MILLIS = 30_000;

    private NodeProperties() {}

    /** @param clients port of clients */
    static Properties ofBroker(Path log, int clients) {
        int controller = EmbeddedBroker.freePort();
        Properties properties = ofNode(log, controller);
        properties.put("process.roles", "broker,controller");
        properties.put(
                "listeners",
                "PLAINTEXT://" + LOOPBACK + ":" + clients + ",CONTROLLER://" + LOOPBACK + ":" + controller);
        properties.put("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + clients);
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("default.replication.factor", "1");
        properties.put("min.insync.replicas", "1");
        properties.put("auto.create.topics.enable", "false");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("message.max.bytes", "4194304");
        properties.put("replica.fetch.max.bytes", "4194304");
        properties.put("socket.send.buffer.bytes", "-1");
        properties.put("socket.receive.buffer.bytes", "-1");
        // The defaults are for big machines: 128 MiB of heap for the cleaner alone.
        properties.put("log.cleaner.dedupe.buffer.size", "8388608");
        properties.put("broker.session.timeout.ms", Integer.toString(SESSION_MILLIS));
        properties.put("broker.heartbeat.interval.ms", "500");
        // It would take the leaders away from under the coordinators: see LastNode.
        properties.put("controlled.shutdown.enable", "false");
        return properties;
    }

    /** A controller without a broker. */
    static Properties ofController(Path log, int port) {
        Properties properties = ofNode(log, port);
        properties.put("process.roles", "controller");
        properties.put("listeners", "CONTROLLER://" + LOOPBACK + ":" + port);
        return properties;
    }

    private static Properties ofNode(Path log, int controller) {
        Properties properties = new Properties();
        properties.put("node.id", Integer.toString(NODE));
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", NODE + "@" + LOOPBACK + ":" + controller);
        properties.put("log.dirs", log.toString());
        return properties;
    }
}
