package dev.sluice.producer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as lower-case hex. */
public final class Sha256 {

    private static final int CHUNK_BYTES = 1 << 16;

    private Sha256() {}

    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Reads the stream to its end in constant memory; the caller closes it. */
    static String hex(InputStream in) throws IOException {
        MessageDigest sha256 = digest();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            sha256.update(chunk, 0, read);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
