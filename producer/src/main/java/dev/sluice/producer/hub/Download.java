package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.Attempts;
import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fetches one file to its blob. Ranges come in parallel and are appended in order, so that whatever stops it leaves a
 * beginning of the file, from which the next one goes on. The blob gets its name when its hash is right.
 */
final class Download {

    /** Ranges on the way at once, and the bytes of each: what a kill can lose, and what is kept in memory. */
    static final int PARALLEL = 8;

    static final int RANGE_BYTES = 4 << 20;

    private static final int COPY_BYTES = 1 << 16;

    private final RepoFile file;
    private final RepoCache cache;
    private final RangeFetch ranges;
    private final int rangeBytes;
    private final Progress progress;

    Download(RepoFile file, RepoCache cache, RangeFetch ranges, int rangeBytes, Progress progress) {
        this.file = file;
        this.cache = cache;
        this.ranges = ranges;
        this.rangeBytes = rangeBytes;
        this.progress = progress;
    }

    /** The caller holds the blob's lock. */
    void run() throws IOException {
        Path part = cache.incomplete(file.hash());
        boolean resumed = Files.exists(part) && Files.size(part) > 0;
        ContentHash found = fill(part);
        if (!found.equals(file.hash()) && resumed) {
            // What an earlier process left was not the beginning of this file.
            Files.delete(part);
            progress.restart();
            found = fill(part);
        }
        if (!found.equals(file.hash())) {
            Files.delete(part);
            throw new HubException(file.path() + " must have the " + file.hash().algorithm() + " "
                    + file.hash().hex() + ", the bytes that came have " + found.hex()
                    + ": they were changed on their way; start again");
        }
        try {
            FileContent.check(file.path(), part);
        } catch (HubException e) {
            Files.delete(part);
            throw e;
        }
        Files.move(part, cache.blob(file.hash()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Goes on behind what is there, to the end; gives the hash of all of it. */
    private ContentHash fill(Path part) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(PARALLEL, task -> {
            Thread thread = new Thread(task, "sluice-download");
            thread.setDaemon(true);
            return thread;
        });
        try (FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (out.size() > file.size()) {
                out.truncate(0);
            }
            MessageDigest digest = file.hash().begin(file.size());
            out.position(read(out, digest));
            progress.add(out.position());
            append(out, digest, threads);
            out.force(true);
            return ContentHash.end(digest);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Digests what is there already, and gives its length. */
    private static long read(FileChannel in, MessageDigest digest) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(COPY_BYTES);
        long length = 0;
        for (int read = in.read(chunk, 0); read >= 0; read = in.read(chunk, length)) {
            digest.update(chunk.flip());
            chunk.clear();
            length += read;
        }
        return length;
    }

    private void append(FileChannel out, MessageDigest digest, ExecutorService threads) throws IOException {
        Deque<Future<byte[]>> window = new ArrayDeque<>();
        long asked = out.position();
        while (out.position() < file.size()) {
            while (asked < file.size() && window.size() < PARALLEL) {
                long from = asked;
                int length = (int) Math.min(rangeBytes, file.size() - from);
                window.add(threads.submit(() -> ranges.fetch(from, length, progress::add)));
                asked += length;
            }
            byte[] range = result(window.remove());
            digest.update(range);
            ByteBuffer bytes = ByteBuffer.wrap(range);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }

    private byte[] result(Future<byte[]> range) {
        try {
            return range.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HubException cause) {
                throw cause;
            }
            throw new IllegalStateException("fetching " + file.path() + " failed", e);
        } catch (InterruptedException e) {
            throw Attempts.interrupted("fetching " + file.path());
        }
    }
}
