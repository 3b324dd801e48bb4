package dev.sluice.producer.hash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as 64 lower-case hex digits. */
public final class Sha256 {
    private static final int CHUNK_BYTES = 1 << 16;

    private Sha256() {}

    /** A digest of nothing yet, for content that comes in parts. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hex digits of a digest, which starts again. */
    public static String finish(MessageDigest digest) {
        return hexDigits(digest.digest());
    }

    public static String hex(byte[] content) {
        return hexDigits(start().digest(content));
    }

    /** Of the text's UTF-8 bytes. */
    public static String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the stream to its end in constant memory; the caller closes it. */
    public static String hex(InputStream content) throws IOException {
        MessageDigest digest = start();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
            digest.update(chunk, 0, read);
        }
        return finish(digest);
    }

    public static String hex(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return hex(content);
        }
    }

    /** Lower-case hex digits of some bytes, two each. */
    public static String hexDigits(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
