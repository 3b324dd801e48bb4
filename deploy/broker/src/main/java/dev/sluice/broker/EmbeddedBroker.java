package dev.sluice.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One real Kafka node, broker and KRaft controller, in this JVM and on loopback only. Started again on the same folder
 * it has the same cluster id and all records.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE = 1;

    /** A saturated disk must not cost the only node its session: its metadata log is fsynced. */
    private static final int SESSION_MILLIS = 30_000;

    /** After a kill the controller waits for the dead node's session to end before it takes the new one. */
    private static final int RECOVERY_SESSION_MILLIS = 3_000;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a node and returns when it serves.
     *
     * @param folder of its logs, made if absent
     * @param port of clients; 0 takes a free one
     * @throws BrokerException if the port is taken or the folder cannot be used
     */
    public static EmbeddedBroker start(Path folder, int port) {
        int clients = port == 0 ? freePort() : requireFree(port);
        Path log = folder.toAbsolutePath();
        try {
            format(log);
            if (wasKilled(log)) {
                recover(log);
            }
            return new EmbeddedBroker(startServer(log, clients, SESSION_MILLIS), clients);
        } catch (Exception e) {
            throw new BrokerException("the embedded broker cannot start on " + log + ": " + e.getMessage(), e);
        }
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Stops cleanly; all acknowledged records are on disk. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void format(Path log) throws Exception {
        if (Files.exists(log.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(log);
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(log.toString()))
                .setMetadataLogDirectory(log.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    /** Kafka leaves a mark in the folder when it stops cleanly. */
    private static boolean wasKilled(Path log) {
        return Files.exists(log.resolve("__cluster_metadata-0")) && !Files.exists(log.resolve(".kafka_cleanshutdown"));
    }

    /**
     * Starts once and stops cleanly. A node that was killed leads its partitions twice in one start, as the dead one and
     * as itself, and in Kafka 4.3 a late end of the first load of a group coordinator can fail the second for good.
     */
    private static void recover(Path log) {
        KafkaRaftServer server = startServer(log, freePort(), RECOVERY_SESSION_MILLIS);
        server.shutdown();
        server.awaitShutdown();
    }

    private static KafkaRaftServer startServer(Path log, int clients, int sessionMillis) {
        KafkaRaftServer server = new KafkaRaftServer(
                KafkaConfig.fromProps(asProperties(log, clients, sessionMillis), false), Time.SYSTEM);
        server.startup();
        return server;
    }

    private static Properties asProperties(Path log, int clients, int sessionMillis) {
        int controller = freePort();
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE));
        properties.put(
                "listeners",
                "PLAINTEXT://" + LOOPBACK + ":" + clients + ",CONTROLLER://" + LOOPBACK + ":" + controller);
        properties.put("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + clients);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", NODE + "@" + LOOPBACK + ":" + controller);
        properties.put("log.dirs", log.toString());
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
        properties.put("broker.session.timeout.ms", Integer.toString(sessionMillis));
        properties.put("broker.heartbeat.interval.ms", "500");
        return properties;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + LOOPBACK, e);
        }
    }

    private static int requireFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BrokerException("the broker's port must be free, " + port + " is taken", e);
        }
    }
}
