package dev.sluice.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run keeps on disk, locked against a second run: {@code kafka/} the broker's logs, {@code checkpoints/},
 * {@code model/} the unpacked sample, {@code sluice.log}, {@code ports.properties}, {@code commands}.
 */
final class DataFolder implements AutoCloseable {
    static final String PORTS = "ports.properties";
    static final String KAFKA = "kafka";
    static final String CHECKPOINTS = "checkpoints";
    private static final String LOCK = "lock";
    private static final String COMMANDS = "commands";

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Makes the folder if absent and locks it. The lock ends with the process, however it ends.
     *
     * @throws LocalException if another run has it, or it cannot be written
     */
    static DataFolder open(Path dataDir) {
        Path folder = dataDir.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                String owner = read(channel);
                channel.close();
                throw new LocalException("the data dir " + folder + " is in use by another run"
                        + (owner.isEmpty() ? "" : " (process " + owner + ")")
                        + "; stop that one, or give another --data-dir");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(
                    Long.toString(ProcessHandle.current().pid())));
            return new DataFolder(folder, channel);
        } catch (IOException e) {
            throw new LocalException("the data dir " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by this very process
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32);
        channel.read(content, 0);
        return StandardCharsets.UTF_8.decode(content.flip()).toString().strip();
    }

    /** Keeps a command that was given here, once. */
    void keep(String command) {
        List<String> given = commands(folder);
        if (given.contains(command)) {
            return;
        }
        try {
            Files.write(
                    folder.resolve(COMMANDS), List.of(command), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new LocalException("the data dir " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The commands that were given on a data dir, oldest first. */
    static List<String> commands(Path dataDir) {
        Path file = dataDir.resolve(COMMANDS);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new LocalException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    Path path() {
        return folder;
    }

    Path kafka() {
        return folder.resolve(KAFKA);
    }

    Path checkpoints() {
        return folder.resolve(CHECKPOINTS);
    }

    Path sampleModel() {
        return folder.resolve("model");
    }

    Path log() {
        return folder.resolve("sluice.log");
    }

    Path ports() {
        return folder.resolve(PORTS);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new LocalException("the lock of " + folder + " cannot be released: " + e.getMessage(), e);
        }
    }
}
