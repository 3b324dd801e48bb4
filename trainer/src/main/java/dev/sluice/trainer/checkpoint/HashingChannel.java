package dev.sluice.trainer.checkpoint;

import dev.sluice.producer.hash.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** Writes a file and hashes what it writes. */
final class HashingChannel implements WritableByteChannel {
    private final FileChannel file;
    private final MessageDigest digest = Sha256.start();

    private HashingChannel(FileChannel file) {
        this.file = file;
    }

    static HashingChannel open(Path path) throws IOException {
        return new HashingChannel(FileChannel.open(path, StandardOpenOption.WRITE));
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        ByteBuffer written = bytes.duplicate();
        int count = file.write(bytes);
        digest.update(written.limit(written.position() + count));
        return count;
    }

    /** Forces everything to the disk; the SHA-256 of it. */
    String finish() throws IOException {
        file.force(true);
        return Sha256.finish(digest);
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
