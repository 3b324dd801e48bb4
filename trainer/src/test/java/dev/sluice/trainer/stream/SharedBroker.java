package dev.sluice.trainer.stream;

import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.service.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** One broker for all integration tests of this JVM; each uses streams and variants of its own. */
public final class SharedBroker {
    private static final EmbeddedBroker BROKER = start();

    private SharedBroker() {}

    public static KafkaConnection connection() {
        return Loopback.connection(BROKER.bootstrapServers());
    }

    private static EmbeddedBroker start() {
        try {
            return EmbeddedBroker.start(Files.createTempDirectory("sluice-broker"), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
