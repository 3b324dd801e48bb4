package dev.sluice.broker;

import java.nio.file.Files;
import java.nio.file.Path;

/** A broker in a process of its own, to be killed: {@code <folder> <file that it writes its address to>}. */
final class BrokerProcess {
    private BrokerProcess() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), 0);
        Path address = Path.of(arguments[1]);
        Path written = Files.writeString(address.resolveSibling("address.new"), broker.bootstrapServers());
        Files.move(written, address);
    }
}
