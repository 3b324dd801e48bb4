package dev.sluice.broker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A broker in a process of its own. Killed when closed. */
final class BrokerProcess implements AutoCloseable {
    private final Process process;
    private final String address;

    private BrokerProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Returns when it serves. */
    static BrokerProcess start(Path logs, Path scratch) throws IOException {
        Path address = scratch.resolve("address");
        Files.deleteIfExists(address);
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        logs.toString(),
                        address.toString())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("output").toFile())
                .start();
        await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(address) || !process.isAlive());
        return new BrokerProcess(process, Files.readString(address));
    }

    /** {@code host:port} for clients. */
    String address() {
        return address;
    }

    /** Returns when it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), 0);
        Path address = Path.of(arguments[1]);
        Path written = Files.writeString(address.resolveSibling("address.new"), broker.bootstrapServers());
        Files.move(written, address);
    }
}
