package dev.sluice.local;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the ports of a run and remembers them, so that browsers and Kafka clients outlive a restart.
 *
 * @param http of the page
 * @param kafka of the broker
 */
record Ports(int http, int kafka) {
    static final int DEFAULT_HTTP = 8080;
    static final int DEFAULT_KAFKA = 9092;

    private static final String LOOPBACK = "127.0.0.1";

    /**
     * The wanted ones, else those kept in the file, else the default ones, else free ones.
     *
     * @throws LocalException if a wanted port is taken
     */
    static Ports choose(@Nullable Integer http, @Nullable Integer kafka, Path file) {
        Properties kept = read(file);
        return new Ports(
                choose("--http-port", http, kept.getProperty("http"), DEFAULT_HTTP),
                choose("--kafka-port", kafka, kept.getProperty("kafka"), DEFAULT_KAFKA));
    }

    private static int choose(String option, @Nullable Integer wanted, @Nullable String kept, int usual) {
        if (wanted != null) {
            if (!free(wanted)) {
                throw new LocalException(option + " must be free, " + wanted + " on " + LOOPBACK
                        + " is in use by another program; give another one, or 0 for any");
            }
            return wanted == 0 ? free() : wanted;
        }
        int former = kept == null ? 0 : Integer.parseInt(kept);
        if (former != 0 && free(former)) {
            return former;
        }
        return free(usual) ? usual : free();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int free() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new LocalException("no port is free on " + LOOPBACK + ": " + e.getMessage(), e);
        }
    }

    URI page() {
        return URI.create("http://" + LOOPBACK + ":" + http + "/");
    }

    String broker() {
        return LOOPBACK + ":" + kafka;
    }

    /** Writes the bound ports down for the next run. */
    void keep(Path file) {
        Properties properties = new Properties();
        properties.setProperty("http", Integer.toString(http));
        properties.setProperty("kafka", Integer.toString(kafka));
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new LocalException("the ports cannot be written to " + file + ": " + e.getMessage(), e);
        }
    }

    /** Those that a run has written down, and may still have; nothing if none has. */
    static Optional<Ports> kept(Path file) {
        Properties kept = read(file);
        return kept.containsKey("http") && kept.containsKey("kafka")
                ? Optional.of(new Ports(
                        Integer.parseInt(kept.getProperty("http")), Integer.parseInt(kept.getProperty("kafka"))))
                : Optional.empty();
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new LocalException("the ports cannot be read from " + file + ": " + e.getMessage(), e);
            }
        }
        for (String name : properties.stringPropertyNames()) {
            if (!properties.getProperty(name).matches("\\d{1,5}")) {
                throw new LocalException(
                        file + ": " + name + " must be a port, got '" + properties.getProperty(name) + "'");
            }
        }
        return properties;
    }
}
