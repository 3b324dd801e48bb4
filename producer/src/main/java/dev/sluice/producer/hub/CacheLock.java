package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.Attempts;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Lets one at a time fetch a blob, of all threads and processes of Sluice. Ends with the process, however it ends. The
 * file stays, since another may be about to lock it.
 */
final class CacheLock implements AutoCloseable {

    /** A file lock belongs to the whole JVM, so its threads need another between them. */
    private static final Map<Path, Semaphore> OF_THIS_JVM = new ConcurrentHashMap<>();

    private final Semaphore threads;
    private final FileChannel file;

    private CacheLock(Semaphore threads, FileChannel file) {
        this.threads = threads;
        this.file = file;
    }

    /** Waits until nobody else has it. */
    static CacheLock acquire(Path path) throws IOException {
        Semaphore threads = OF_THIS_JVM.computeIfAbsent(path.toAbsolutePath(), unused -> new Semaphore(1));
        try {
            threads.acquire();
        } catch (InterruptedException e) {
            throw Attempts.interrupted("waiting for " + path);
        }
        try {
            return new CacheLock(threads, locked(path));
        } catch (IOException | RuntimeException e) {
            threads.release();
            throw e;
        }
    }

    private static FileChannel locked(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var unused = file.lock();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            threads.release();
        }
    }
}
