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
            if (!format(log)) {
                LastNode.forget(log);
            }
            return new EmbeddedBroker(startServer(NodeProperties.ofBroker(log, clients)), clients);
        } catch (Exception e) {
            throw new BrokerException("the embedded broker cannot start on " + log + ": " + e.getMessage(), e);
        }
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return NodeProperties.LOOPBACK + ":" + port;
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

    /** Makes an empty cluster, unless there is one. */
    private static boolean format(Path log) throws Exception {
        if (Files.exists(log.resolve("meta.properties"))) {
            return false;
        }
        Files.createDirectories(log);
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NodeProperties.NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(log.toString()))
                .setMetadataLogDirectory(log.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
        return true;
    }

    static KafkaRaftServer startServer(Properties properties) {
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return server;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + NodeProperties.LOOPBACK, e);
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
