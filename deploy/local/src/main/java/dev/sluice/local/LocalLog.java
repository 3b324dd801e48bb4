package dev.sluice.local;

import dev.sluice.broker.BrokerException;
import dev.sluice.broker.EmbeddedBroker;
import dev.sluice.producer.service.KafkaConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The log of a data dir: that of the run which is up there, else that of a broker which is started for it. */
final class LocalLog implements AutoCloseable {
    private final Path dataDir;
    private final KafkaConnection kafka;
    private final @Nullable EmbeddedBroker broker;
    private final @Nullable DataFolder folder;

    private LocalLog(
            Path dataDir, KafkaConnection kafka, @Nullable EmbeddedBroker broker, @Nullable DataFolder folder) {
        this.dataDir = dataDir;
        this.kafka = kafka;
        this.broker = broker;
        this.folder = folder;
    }

    /** @throws LocalException if there is no log, or it cannot be reached */
    static LocalLog open(Path dataDir) {
        if (!Files.isDirectory(dataDir.resolve(DataFolder.KAFKA))) {
            throw new LocalException("the data dir " + dataDir + " must be one that a run has used: it has no log");
        }
        DataFolder folder;
        try {
            folder = DataFolder.open(dataDir);
        } catch (LocalException inUse) {
            Ports ports = Ports.kept(dataDir.resolve(DataFolder.PORTS)).orElseThrow(() -> inUse);
            return new LocalLog(dataDir, new KafkaConnection(ports.broker()), null, null);
        }
        Logs.quietKafka();
        try {
            EmbeddedBroker broker = EmbeddedBroker.start(folder.kafka(), 0);
            return new LocalLog(dataDir, new KafkaConnection(broker.bootstrapServers()), broker, folder);
        } catch (BrokerException e) {
            folder.close();
            throw new LocalException(String.valueOf(e.getMessage()), e);
        }
    }

    KafkaConnection kafka() {
        return kafka;
    }

    /** Beside the log, of the same run. */
    Path checkpoints() {
        return dataDir.resolve(DataFolder.CHECKPOINTS);
    }

    /** True if a run is up. */
    boolean isLive() {
        return broker == null;
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
        if (folder != null) {
            folder.close();
        }
    }
}
